import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ApexError } from '../protocol/errors.ts';

/** The folder with Apex's built programs: this file's own when bundled, `dist/` beside it when run from source. */
export function distFolder(): string {
  const here = import.meta.dirname;
  return basename(here) === 'dist' ? here : join(here, '..', 'dist');
}

/**
 * Absolute path of a built file such as `recorder.cjs`.
 * @throws ApexError `not-built` when the build has not been run.
 */
export function programPath(file: string): string {
  const path = join(distFolder(), file);
  if (!existsSync(path)) {
    throw new ApexError('not-built', `Apex's program ${file} is missing from ${distFolder()}.`, 'Run "npm run build".');
  }
  return path;
}
