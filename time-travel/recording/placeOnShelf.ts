import { existsSync } from 'node:fs';
import { basename, extname, isAbsolute, join, resolve } from 'node:path';
import { freePath, listShelf } from './shelf.ts';

/** The folder for a new recording on the shelf: when and what, as in `20261120-173012-server`. */
export function placeOnShelf(shelf: string, program: string, now = new Date()): string {
  const when = now
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace(/[-:]/g, '')
    .replace('T', '-');
  const what = basename(program, extname(program))
    .replace(/[^\w.-]+/g, '_')
    .slice(0, 40);
  return freePath(join(resolve(shelf), `${when}-${what}`));
}

/** A recording as people name it: a path, else a name on the shelf, else `last` for the newest one there. */
export function findRecording(shelf: string, named: string): string {
  if (isAbsolute(named) || existsSync(named)) return resolve(named);
  const kept = join(shelf, named);
  if (existsSync(kept)) return kept;
  return (named === 'last' && listShelf(shelf)[0]?.path) || resolve(named);
}
