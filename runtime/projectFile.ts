import { readFileSync, statSync } from 'node:fs';

/** No file by which a project sets up tools needs more (bytes). */
const MAX_BYTES = 4_000_000;

/**
 * Text of a file by which a project sets Apex up, or undefined when there is none that can be read. A project may be
 * hostile: a link to a device or a pipe under such a name would be read without an end.
 */
export function readProjectFile(path: string): string | undefined {
  try {
    const file = statSync(path);
    return file.isFile() && file.size <= MAX_BYTES ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}
