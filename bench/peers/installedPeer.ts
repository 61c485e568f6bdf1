import { createRequire } from 'node:module';
import { join } from 'node:path';

const peers = createRequire(join(import.meta.dirname, 'package.json'));

/** The exports of a package of this folder, or undefined when it is not installed: then a line says how to get it. */
export function installedPeer<Exports>(name: string): Exports | undefined {
  return found(name, () => peers(name) as Exports);
}

/** The path of a file of a package of this folder, in the same way. */
export function installedFile(path: string): string | undefined {
  return found(path, () => peers.resolve(path));
}

function found<Found>(what: string, find: () => Found): Found | undefined {
  try {
    return find();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    console.log(`${what}: not measured, it is not installed ("npm ci --prefix bench/peers" brings it)`);
    return undefined;
  }
}
