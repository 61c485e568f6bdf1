import { basename, extname, join, resolve } from 'node:path';
import { freePath } from '../time-travel/recording/shelf.ts';
import type { LaunchPlan } from './launchArguments.ts';

/** The folder for a new recording on the shelf: when and what, as in `20261120-173012-server`. */
export function placeOnShelf(
  { shelf, program }: Pick<Extract<LaunchPlan, { kind: 'record' }>, 'shelf' | 'program'>,
  now = new Date(),
): string | undefined {
  if (!shelf) return undefined;
  const when = now
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace(/[-:]/g, '')
    .replace('T', '-');
  const what = basename(program, extname(program))
    .replace(/[^\w.-]+/g, '_')
    .slice(0, 40);
  return freePath(join(resolve(shelf.folder), `${when}-${what}`));
}
