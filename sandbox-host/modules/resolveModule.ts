import { lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname, extname, join, posix, sep } from 'node:path';
import { builtinModule } from '../bridge/builtinModules.ts';
import type { LoadedModule } from '../bridge/modules.ts';
import { GUEST_ROOT, type GuestFiles, isInside, toGuestName, toHostPath } from './guestFiles.ts';
import { EMPTY_MODULE, libraryModule } from './libraryModules.ts';
import { readManifest } from './manifest.ts';
import { moduleFormat } from './moduleFormat.ts';
import { browserReplacement, importTargets, type LoadKind } from './packageEntry.ts';
import { readRegularFile } from './readRegularFile.ts';
import { packageName, resolvePackage } from './resolvePackage.ts';

/**
 * Asks the policy for a module: a package by its name, a file by its guest name. Another name of what was permitted only may not
 * be denied. Throws an error with the reason to refuse.
 */
export type PermitModule = (resource: string, isOtherName?: boolean) => Promise<void>;

const MAX_MODULE_BYTES = 16 << 20;
const EXTENSIONS = ['.ts', '.mts', '.js', '.mjs', '.cjs', '.cts', '.json'];
/** TypeScript writes the extension of the output: `./cart.js` may be `./cart.ts`. */
const SOURCE_OF: Record<string, string> = { '.js': '.ts', '.mjs': '.mts', '.cjs': '.cts' };

/** Finds and reads what `specifier` means in the module `referrer` (both as the guest names them). Never throws. */
export async function resolveModule(
  files: GuestFiles,
  specifier: string,
  referrer: string,
  permit: PermitModule,
  kind: LoadKind = 'import',
): Promise<LoadedModule> {
  const builtin = builtinModule(specifier);
  if (builtin) return { kind: 'builtin', url: builtin };
  const library = libraryModule(specifier);
  if (library) return library;
  try {
    const meant = meaningInPackage(files, specifier, referrer, kind);
    if (meant === EMPTY) return EMPTY_MODULE;
    if (/^\.{0,2}\//.test(meant)) return await resolveFile(files, meant, referrer, permit);
    return await resolveBare(files, meant, referrer, permit, kind);
  } catch (error) {
    if (error instanceof Refused)
      return { kind: 'refused', code: error.code, message: `${error.message}${from(referrer)}.` };
    return { kind: 'refused', code: 'module-refused', message: `"${specifier}" cannot be loaded${from(referrer)}.` };
  }
}

class Refused extends Error {
  readonly code: 'module-refused' | 'module-not-found';
  constructor(code: 'module-refused' | 'module-not-found', message: string) {
    super(message);
    this.code = code;
  }
}

const EMPTY = Symbol('empty');

/**
 * What a module of a package asks for by `specifier`: names that begin with `#` are the package's own, and its `browser`
 * field may put another file or module, or none, in the place of one.
 */
function meaningInPackage(
  files: GuestFiles,
  specifier: string,
  referrer: string,
  kind: LoadKind,
): string | typeof EMPTY {
  const inside = packageAround(files, referrer);
  if (!inside) return specifier;
  const { folder, url } = inside;
  if (specifier.startsWith('#')) {
    const target = importTargets(folder, specifier, kind)?.[0];
    if (target === undefined) throw new Refused('module-not-found', `The package has no "${specifier}"`);
    return target.startsWith('./') ? url + target.slice(2) : target;
  }
  const isPath = /^\.{0,2}\//.test(specifier);
  const path = posix.join(posix.dirname(referrer), specifier);
  if (isPath && !path.startsWith(url)) return specifier;
  const replaced = browserReplacement(folder, isPath ? `./${path.slice(url.length)}` : specifier);
  if (replaced === undefined) return specifier;
  if (replaced === false) return EMPTY;
  return replaced.startsWith('.') ? url + posix.normalize(replaced) : replaced;
}

/** The package that a module belongs to: its folder here, and its guest name with a slash behind. */
function packageAround(files: GuestFiles, referrer: string): { folder: string; url: string } | undefined {
  const place = hostPlace(files, referrer);
  if (!place) return undefined;
  const nested = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+\//
    .exec(`/${referrer.slice(place.prefix.length)}`)?.[0]
    .slice(1);
  if (nested === undefined && place.prefix === GUEST_ROOT) return undefined;
  const folder = nested === undefined ? place.root : join(place.root, nested);
  return { folder, url: place.prefix + (nested ?? '') };
}

async function resolveFile(files: GuestFiles, specifier: string, referrer: string, permit: PermitModule) {
  const name = specifier.startsWith('/') ? specifier : posix.join(posix.dirname(referrer || GUEST_ROOT), specifier);
  if (files.given?.url === name) return { kind: 'esm' as const, ...files.given };
  const place = hostPlace(files, name);
  if (!place) throw new Refused('module-refused', `"${specifier}" lies outside the program's folder`);
  const found = candidates(place.path).find(isFile);
  if (!found) throw new Refused('module-not-found', `There is no module "${specifier}"`);
  const real = realpathSync(found);
  if (!isInside(place.root, real)) {
    throw new Refused('module-refused', `"${specifier}" links to a file outside the program's folder`);
  }
  const url = place.prefix + toGuestName(place.root, real).slice(GUEST_ROOT.length);
  await permitted(permit, url, specifier);
  // The way to a package by its path is no way around its name.
  const inPackage = packageByPath(url.slice(place.prefix.length));
  if (inPackage) await permitted(permit, inPackage, specifier);
  return readModule(real, url, specifier);
}

/** The innermost package that a path leads into: `lib/node_modules/a/node_modules/b/x.js` is of `b`. */
function packageByPath(path: string): string | undefined {
  const inside = `/${path}`.split('/node_modules/').slice(1).at(-1);
  return inside === undefined ? undefined : packageName(inside);
}

/** Reads a module that has been loaded once more, as its file is now; undefined when there is nothing that could be loaded. */
export function rereadModule(files: GuestFiles, url: string): LoadedModule | undefined {
  const library = libraryModule(url);
  if (library) return library;
  if (files.given?.url === url) return { kind: 'esm', ...files.given };
  const path = modulePath(files, url);
  return path && isFile(path) ? readModule(path, url, url) : undefined;
}

/** The file behind the guest name of a module. */
export function modulePath(files: GuestFiles, url: string): string | undefined {
  return files.given?.url === url ? undefined : hostPlace(files, url)?.path;
}

/** What the policy is asked about a module that has been loaded: its package, or its name. */
export function moduleResource(files: GuestFiles, url: string): string {
  const prefix = hostPlace(files, url)?.prefix ?? GUEST_ROOT;
  const byPath = packageByPath(url.slice(prefix.length));
  if (byPath) return byPath;
  return prefix === GUEST_ROOT ? url : (packageName(prefix.slice(`${GUEST_ROOT}node_modules/`.length)) ?? url);
}

/** The package of a module as `name@version`; undefined for files of the program itself. */
export function packageOf(files: GuestFiles, url: string): string | undefined {
  const place = hostPlace(files, url);
  if (!place || place.prefix === GUEST_ROOT) return undefined;
  if (packageByPath(url.slice(place.prefix.length))) return moduleResource(files, url);
  try {
    const { version } = readManifest(place.root);
    return `${moduleResource(files, url)}@${String(version ?? '?')}`;
  } catch {
    return moduleResource(files, url);
  }
}

/** A package: found as Node finds it, under policy by its name, and known to the guest as `/app/node_modules/NAME/`. */
async function resolveBare(
  files: GuestFiles,
  specifier: string,
  referrer: string,
  permit: PermitModule,
  kind: LoadKind,
) {
  const name = packageName(specifier);
  if (!name || specifier.includes(':'))
    throw new Refused('module-not-found', `The sandbox has no module "${specifier}"`);
  await permitted(permit, name, specifier);
  const place = hostPlace(files, referrer || GUEST_ROOT);
  const found = resolvePackage(specifier, place?.path ?? files.root, kind);
  if (!found) throw new Refused('module-not-found', `There is no module "${specifier}"`);
  if (!isInside(found.folder, found.file))
    throw new Refused('module-refused', `"${specifier}" leads out of its package`);
  for (const other of otherNamesOf(found, name)) await permitted(permit, other, specifier, true);
  const prefix = `${GUEST_ROOT}node_modules/${name}/`;
  const known = files.packages.get(prefix);
  // Two versions of one package stand side by side under different names.
  const own = known === undefined || known === found.folder ? prefix : `${prefix}~${files.packages.size}/`;
  files.packages.set(own, found.folder);
  return readModule(found.file, own + toGuestName(found.folder, found.file).slice(GUEST_ROOT.length), specifier);
}

/** A link in `node_modules`, or npm's aliases, give a package another name than it calls itself. */
function otherNamesOf({ folder, file }: { folder: string; file: string }, name: string): Set<string> {
  const names = new Set<string>();
  const byPath = packageByPath(file.split(sep).join('/'));
  if (byPath) names.add(byPath);
  const { name: own } = readManifest(folder);
  if (typeof own === 'string' && packageName(own) === own) names.add(own);
  names.delete(name);
  return names;
}

async function permitted(permit: PermitModule, resource: string, specifier: string, isOther = false): Promise<void> {
  try {
    await permit(resource, isOther);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refused('module-refused', `"${specifier}" is not loaded: ${reason}`);
  }
}

/** The folder that a guest name is in and the path behind it: the longest package prefix, else the program's folder. */
function hostPlace(files: GuestFiles, name: string): { root: string; prefix: string; path: string } | undefined {
  const prefix = [...files.packages.keys()]
    .filter((key) => name.startsWith(key))
    .sort((a, b) => b.length - a.length)[0];
  const root = prefix === undefined ? files.root : files.packages.get(prefix)!;
  const path = toHostPath(root, prefix === undefined ? name : GUEST_ROOT + name.slice(prefix.length));
  return path === undefined ? undefined : { root, prefix: prefix ?? GUEST_ROOT, path };
}

function readModule(path: string, url: string, specifier: string): LoadedModule {
  const extension = extname(path);
  if (!EXTENSIONS.includes(extension)) {
    throw new Refused('module-refused', `"${specifier}" is not JavaScript, TypeScript or JSON`);
  }
  if (statSync(path).size > MAX_MODULE_BYTES)
    throw new Refused('module-refused', `"${specifier}" is larger than 16 MiB`);
  const source = readRegularFile(path);
  if (extension === '.json') return { kind: 'json', url, source, typescript: false };
  const typescript = /^\.[cm]?ts$/.test(extension);
  return { kind: moduleFormat(path, source), url, source, typescript, ...mapBeside(path, source) };
}

/** The source map that a tool has written beside a file and named in its last line. */
function mapBeside(path: string, source: string): { map?: string } {
  const name = /\/\/[#@] sourceMappingURL=([\w.-]+\.map)\s*$/.exec(source.slice(-300))?.[1];
  const file = name && join(dirname(path), name);
  // A link could lead to a file outside.
  if (!file || !lstatSync(file, { throwIfNoEntry: false })?.isFile()) return {};
  return { map: readRegularFile(file) };
}

function candidates(path: string): string[] {
  const extension = extname(path);
  const source = SOURCE_OF[extension];
  return [
    path,
    ...(source ? [path.slice(0, -extension.length) + source] : []),
    ...EXTENSIONS.map((end) => path + end),
    ...EXTENSIONS.map((end) => `${path}/index${end}`),
  ];
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function from(referrer: string): string {
  return referrer ? ` (imported by ${referrer})` : '';
}
