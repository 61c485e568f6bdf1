import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

const MAX_BYTES = 16 << 20;

/**
 * The text of a file that a guest may have chosen. A pipe or a device would hold the host for ever, and a file without end would
 * fill it.
 * @throws Error when it is no regular file, longer than `maxBytes`, or cannot be read
 */
export function readRegularFile(path: string, maxBytes = MAX_BYTES): string {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(file);
    if (!stats.isFile() || stats.size > maxBytes) throw new Error(`${path} is not read.`);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}
