import { type BigIntStats, statSync } from 'node:fs';
import { join } from 'node:path';
import { readRegularFile } from './readRegularFile.ts';

/** A `package.json`, as far as modules are found by it. Tables are as the file has them. */
export type Manifest = Readonly<Record<string, unknown>>;

/** The longest one known, with a line for each of thousands of files, has some 300 KiB; a guest's could hold the host. */
const MAX_BYTES = 1 << 20;
const MOST_KEPT = 500;
/** A file that was changed this short ago may change again without its times showing it. */
const SETTLED_MS = 100;

const kept = new Map<string, { version: string; manifest: Manifest }>();

/**
 * The manifest in a folder. Every module of a package asks for it, so it is kept until its file is another.
 * @throws Error when there is none, or it is no regular file, longer than 1 MiB, or no JSON
 */
export function readManifest(folder: string): Manifest {
  const path = join(folder, 'package.json');
  const stats = statSync(path, { bigint: true });
  const version = versionOf(stats);
  const known = kept.get(path);
  if (known?.version === version) return known.manifest;
  const value = JSON.parse(readRegularFile(path, MAX_BYTES)) as unknown;
  const manifest = (typeof value === 'object' && value !== null ? value : {}) as Manifest;
  kept.delete(path);
  if (Date.now() - Number(stats.ctimeMs) > SETTLED_MS) {
    if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value!);
    kept.set(path, { version, manifest });
  }
  return manifest;
}

function versionOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join();
}
