/**
 * What a package offers to programs without Node's built-in modules: the conditions `worker` and `browser` of `exports` and
 * `imports`, and the `browser` field, as bundlers read them.
 */
import { posix } from 'node:path';
import { exports as exportsOf, imports as importsOf, legacy } from 'resolve.exports';
import { type Manifest, readManifest } from './manifest.ts';

/** `import` statements and `require` calls are offered different files. */
export type LoadKind = 'import' | 'require';

/** Of targets that a manifest lists one after the other, so many are looked for. */
const MOST_TARGETS = 20;
/** Entries of a `browser` field that are looked at. */
const MOST_REPLACED = 2000;

/**
 * Paths below the package's folder that a subpath (`''`: the package itself) may mean, in order; undefined when the package
 * keeps it to itself.
 * @throws when the manifest cannot be read
 */
export function packageTargets(folder: string, subpath: string, kind: LoadKind): string[] | undefined {
  const manifest = withSafeKeys(readManifest(folder));
  if (manifest.exports !== undefined && manifest.exports !== null) {
    return offered(() => exportsOf(manifest, subpath ? `.${subpath}` : '.', options(kind)));
  }
  if (subpath) return [`.${subpath}`];
  const main = legacy(manifest, { browser: true, fields: ['browser', 'main'] });
  return [...(typeof main === 'string' ? [main] : []), './index'];
}

/** What `#name` means in a package: paths below its folder, or another package's name. */
export function importTargets(folder: string, specifier: string, kind: LoadKind): string[] | undefined {
  const manifest = withSafeKeys(readManifest(folder));
  return offered(() => importsOf(manifest, specifier, options(kind)));
}

function options(kind: LoadKind) {
  return { unsafe: true, conditions: ['worker', 'browser', kind] };
}

function offered(ask: () => unknown): string[] | undefined {
  try {
    return ((ask() ?? undefined) as string[] | undefined)?.slice(0, MOST_TARGETS);
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
  for (const [key, value] of Object.entries(table).slice(0, MOST_REPLACED)) {
    const same = path === undefined ? key === name : key.startsWith('.') && isSameFile(posix.normalize(key), path);
    if (same && (value === false || typeof value === 'string')) return value;
  }
  return undefined;
}

const isSameFile = (listed: string, path: string): boolean => couldMean(listed, path) || couldMean(path, listed);

const couldMean = (short: string, long: string): boolean =>
  [short, `${short}.js`, `${short}.json`, `${short}/index.js`].includes(long);

type SafeManifest = Manifest & { name: string };
const safe = new WeakMap<Manifest, SafeManifest>();

function withSafeKeys(manifest: Manifest): SafeManifest {
  const { exports, imports } = manifest;
  const made = safe.get(manifest) ?? { ...manifest, exports: safeKeys(exports), imports: safeKeys(imports), name: '.' };
  safe.set(manifest, made);
  return made;
}

/**
 * The library makes a regular expression of each key with a `*`: a guest's package could have one that takes for ever, or very
 * many.
 */
function safeKeys(table: unknown): unknown {
  if (typeof table !== 'object' || table === null || Array.isArray(table)) return table;
  let patterns = 0;
  const isSafe = (key: string) => !key.includes('*') || (PATTERN.test(key) && ++patterns <= MOST_PATTERNS);
  return Object.fromEntries(Object.entries(table).filter(([key]) => isSafe(key)));
}

const MOST_PATTERNS = 1000;
const PATTERN = /^[\w./@#~-]*\*[\w./@#~-]*$/;
