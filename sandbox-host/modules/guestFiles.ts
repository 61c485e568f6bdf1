import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { ApexError } from '../../protocol/errors.ts';

/** The guest's name for the folder of its program. */
export const GUEST_ROOT = '/app/';

/** A program's folder on this machine and the names under which the guest knows its files. */
export interface GuestFiles {
  /** Real path of the folder. */
  root: string;
  /** Guest name of the program's first module, for example `/app/pricing.ts`. */
  entry: string;
  /** Packages in use: guest prefix (`/app/node_modules/lodash/`) to real folder. */
  packages: Map<string, string>;
  /** A module whose text was given with the order to run it, and that no file holds. */
  given?: { url: string; source: string; typescript: boolean };
}

/**
 * @param file absolute path of the program
 * @param source a text to run in its place, beside it
 * @throws ApexError `file-not-found`, `not-a-file`, `file-unreadable`
 */
export function openGuestFiles(file: string, source?: string): GuestFiles {
  try {
    if (!statSync(file).isFile())
      throw new ApexError('not-a-file', `${file} is not a file.`, 'Name a JavaScript or TypeScript file.');
    const real = realpathSync(file);
    readFileSync(real);
    const root = dirname(real);
    const entry = toGuestName(root, real);
    if (source === undefined) return { root, entry, packages: new Map() };
    const url = entry.replace(/(\.[^./]*)?$/, '.selection$1');
    const given = { url, source, typescript: /\.[cm]?ts$/.test(entry) };
    return { root, entry: url, packages: new Map(), given };
  } catch (error) {
    if (error instanceof ApexError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new ApexError('file-not-found', `There is no file ${file}.`, 'Check the path.');
    }
    throw new ApexError('file-unreadable', `${file} cannot be read (${code}).`, 'Check its permissions.');
  }
}

export function toGuestName(root: string, path: string): string {
  return GUEST_ROOT + relative(root, path).split(sep).join('/');
}

/** The path behind a guest name, or undefined when the name lies outside the program's folder. */
export function toHostPath(root: string, name: string): string | undefined {
  if (!name.startsWith(GUEST_ROOT) || name.includes('\0')) return undefined;
  const path = join(root, name.slice(GUEST_ROOT.length));
  return isInside(root, path) ? path : undefined;
}

export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
