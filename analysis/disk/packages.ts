import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { readProjectFile } from '../../runtime/projectFile.ts';

interface Manifest {
  private?: boolean;
  name?: string;
  version?: string;
  main?: string;
  exports?: unknown;
  module?: string;
  bin?: unknown;
  types?: string;
  files?: unknown;
}

/** Tells for a path whether it belongs to a package that others install: its exports then get untrusted values. */
export function libraryTest(): (path: string) => boolean {
  const known = new Map<string, boolean>();
  const isLibrary = (folder: string): boolean => {
    const cached = known.get(folder);
    if (cached !== undefined) return cached;
    const file = posix.join(folder, 'package.json');
    let answer = false;
    if (existsSync(file)) answer = isPublished(file, folder);
    else if (folder !== posix.dirname(folder)) answer = isLibrary(posix.dirname(folder));
    known.set(folder, answer);
    return answer;
  };
  return (path) => isLibrary(posix.dirname(path));
}

function isPublished(file: string, folder: string): boolean {
  try {
    const manifest = JSON.parse(readProjectFile(file) ?? '{}') as Manifest;
    if (manifest.private || !manifest.name || !manifest.version) return false;
    return (
      Boolean(
        manifest.main ?? manifest.exports ?? manifest.module ?? manifest.bin ?? manifest.types ?? manifest.files,
      ) || existsSync(posix.join(folder, 'index.js'))
    );
  } catch {
    return false;
  }
}
