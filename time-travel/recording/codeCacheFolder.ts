import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from '../../runtime/recordingsFolder.ts';

/**
 * Where the boundary keeps what V8 has compiled of it, for the user alone: what lies there is run inside recorded programs.
 * Undefined when the folder cannot be made: then each start compiles.
 */
export function codeCacheFolder(): string | undefined {
  const folder = join(dataFolder(), 'compiled');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch {
    return undefined;
  }
}
