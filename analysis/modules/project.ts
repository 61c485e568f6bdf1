import { posix } from 'node:path';
import { templateExtension } from '../templates/template.ts';
import type { SourceHost } from './resolve.ts';

/** Stands among the imports of a file that keeps values for others of its project, or reads such: `res.locals`. */
export const KEPT = 'kept:';

/** `[KEPT]` for a file that may keep or read such values, or is a template, which sees them. */
export function keptName(path: string, text: string): string[] {
  const may =
    templateExtension.test(path) ||
    /\b(res|response|req|request|ctx|context|app|c)\.(locals|state|context|var)\b/.test(text);
  return may ? [KEPT] : [];
}

/** The folder of the nearest `package.json` at or above a file's, or the file's own where there is none. */
export function projectOf(path: string, host: Pick<SourceHost, 'isFile'>): string {
  const own = posix.dirname(path);
  for (let folder = own; ; folder = posix.dirname(folder)) {
    if (host.isFile(posix.join(folder, 'package.json'))) return folder;
    if (folder === posix.dirname(folder)) return own;
  }
}
