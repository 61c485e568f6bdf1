import { realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type LoadKind, packageTargets } from './packageEntry.ts';

/** The package that a bare specifier names: `@scope/name/deep` is of `@scope/name`. Undefined for what is no package name. */
export function packageName(specifier: string): string | undefined {
  return /^(@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*(?=\/|$)/i.exec(specifier)?.[0];
}

/** Where a package of this machine's `node_modules` is, as seen from a file: its folder and the file that the specifier means. */
export function resolvePackage(
  specifier: string,
  from: string,
  kind: LoadKind,
): { folder: string; file: string } | undefined {
  const name = packageName(specifier);
  const folder = name && packageFolder(name, dirname(from));
  if (!folder) return undefined;
  try {
    const targets = packageTargets(folder, specifier.slice(name.length), kind) ?? [];
    const file = firstFile(targets.map((target) => join(folder, target)));
    return file === undefined ? undefined : { folder, file: realpathSync(file) };
  } catch {
    // No manifest, or one that is a pipe or no JSON.
    return undefined;
  }
}

function packageFolder(name: string, start: string): string | undefined {
  for (let at = start; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return realpathSync(folder);
    if (at === dirname(at)) return undefined;
  }
}

const ENDINGS = ['', '.js', '.cjs', '.mjs', '.json', '/index.js', '/index.cjs', '/index.json'];

/** The first path that is a file, as it stands or with an ending that Node's `require` adds. */
export function firstFile(paths: readonly string[]): string | undefined {
  return paths
    .flatMap((path) => ENDINGS.map((ending) => path + ending))
    .find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}
