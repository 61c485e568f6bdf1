import { realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readRegularFile } from './readRegularFile.ts';

/** The package that a bare specifier names: `@scope/name/deep` is of `@scope/name`. Undefined for what is no package name. */
export function packageName(specifier: string): string | undefined {
  return /^(@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*(?=\/|$)/i.exec(specifier)?.[0];
}

/** Where a package of this machine's `node_modules` is, as seen from a file: its folder and the file that the specifier means. */
export function resolvePackage(specifier: string, from: string): { folder: string; file: string } | undefined {
  const name = packageName(specifier);
  const folder = name && packageFolder(name, dirname(from));
  if (!folder) return undefined;
  const file = esmEntry(folder, specifier.slice(name.length)) ?? requireEntry(specifier, from);
  return file && statSync(file, { throwIfNoEntry: false })?.isFile() ? { folder, file: realpathSync(file) } : undefined;
}

function packageFolder(name: string, start: string): string | undefined {
  for (let at = start; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return realpathSync(folder);
    if (at === dirname(at)) return undefined;
  }
}

/** The ES module that `exports` offers for a plain subpath; patterns and nested conditions are left to Node's own resolver. */
function esmEntry(folder: string, subpath: string): string | undefined {
  const manifest = JSON.parse(readRegularFile(join(folder, 'package.json'))) as {
    exports?: unknown;
    module?: unknown;
  };
  const { exports } = manifest;
  const key = subpath ? `.${subpath}` : '.';
  const entry =
    typeof exports === 'object' && exports !== null && Object.hasOwn(exports, key)
      ? (exports as Record<string, unknown>)[key]
      : key === '.' && isConditions(exports)
        ? exports
        : undefined;
  const target = pickCondition(entry);
  return target ? join(folder, target) : undefined;
}

function isConditions(exports: unknown): boolean {
  return typeof exports === 'object' && exports !== null && !Object.keys(exports).some((key) => key.startsWith('.'));
}

function pickCondition(entry: unknown): string | undefined {
  if (typeof entry === 'string') return entry.startsWith('./') ? entry : undefined;
  if (typeof entry !== 'object' || entry === null) return undefined;
  for (const [condition, target] of Object.entries(entry)) {
    if (!['import', 'node', 'default'].includes(condition)) continue;
    const found = pickCondition(target);
    if (found) return found;
  }
  return undefined;
}

function requireEntry(specifier: string, from: string): string | undefined {
  if (!manifestsAreFiles(dirname(from))) return undefined;
  try {
    const file = createRequire(from).resolve(specifier);
    return file.startsWith('node:') || !file.includes('/') ? undefined : file;
  } catch {
    return undefined;
  }
}

/** Node reads every `package.json` on the way up, and would wait for ever at one that is a pipe. */
function manifestsAreFiles(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    const stats = statSync(join(at, 'package.json'), { throwIfNoEntry: false });
    if (stats && !stats.isFile()) return false;
    if (at === dirname(at)) return true;
  }
}
