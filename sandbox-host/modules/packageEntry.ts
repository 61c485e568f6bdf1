/**
 * What a package offers to programs without Node's built-in modules: the conditions `worker` and `browser` of `exports` and
 * `imports`, and the `browser` field, as bundlers read them.
 */
import { join, posix } from 'node:path';
import { exports as exportsOf, imports as importsOf, legacy } from 'resolve.exports';
import { readRegularFile } from './readRegularFile.ts';

/** `import` statements and `require` calls are offered different files. */
export type LoadKind = 'import' | 'require';

type Manifest = Record<string, unknown> & { name: string };

/**
 * Paths below the package's folder that a subpath (`''`: the package itself) may mean, in order; undefined when the package
 * keeps it to itself.
 * @throws when the manifest cannot be read
 */
export function packageTargets(folder: string, subpath: string, kind: LoadKind): string[] | undefined {
  const manifest = readManifest(folder);
  if (manifest.exports !== undefined && manifest.exports !== null) {
    return offered(() => exportsOf(manifest, subpath ? `.${subpath}` : '.', options(kind)));
  }
  if (subpath) return [`.${subpath}`];
  const main = legacy(manifest, { browser: true, fields: ['browser', 'main'] });
  return [...(typeof main === 'string' ? [main] : []), './index'];
}

/** What `#name` means in a package: paths below its folder, or another package's name. */
export function importTargets(folder: string, specifier: string, kind: LoadKind): string[] | undefined {
  const manifest = readManifest(folder);
  return offered(() => importsOf(manifest, specifier, options(kind)));
}

function options(kind: LoadKind) {
  return { unsafe: true, conditions: ['worker', 'browser', kind] };
}

function offered(ask: () => unknown): string[] | undefined {
  try {
    return (ask() ?? undefined) as string[] | undefined;
  } catch {
    return undefined;
  }
}

/**
 * What the `browser` field puts in the place of a file of the package (`./lib/node.js`, with or without extension) or of a
 * module that it asks for: a path, a name, or false for an empty module.
 */
export function browserReplacement(folder: string, name: string): string | false | undefined {
  const { browser } = readManifest(folder);
  if (typeof browser !== 'object' || browser === null) return undefined;
  const table = browser as Record<string, unknown>;
  const path = name.startsWith('./') ? posix.normalize(name) : undefined;
  for (const [key, value] of Object.entries(table)) {
    const same = path === undefined ? key === name : key.startsWith('.') && isSameFile(posix.normalize(key), path);
    if (same && (value === false || typeof value === 'string')) return value;
  }
  return undefined;
}

const isSameFile = (listed: string, path: string): boolean => couldMean(listed, path) || couldMean(path, listed);

const couldMean = (short: string, long: string): boolean =>
  [short, `${short}.js`, `${short}.json`, `${short}/index.js`].includes(long);

function readManifest(folder: string): Manifest {
  const manifest = JSON.parse(readRegularFile(join(folder, 'package.json'))) as unknown;
  const known = (typeof manifest === 'object' ? manifest : {}) as Record<string, unknown>;
  return { ...known, exports: safeKeys(known.exports), imports: safeKeys(known.imports), name: '.' };
}

/** The library makes regular expressions of keys with a `*`: a guest's package could make one that takes for ever. */
function safeKeys(table: unknown): unknown {
  if (typeof table !== 'object' || table === null || Array.isArray(table)) return table;
  return Object.fromEntries(Object.entries(table).filter(([key]) => !key.includes('*') || PATTERN.test(key)));
}

const PATTERN = /^[\w./@#~-]*\*[\w./@#~-]*$/;
