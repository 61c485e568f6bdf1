/** Modules of the guest's standard library and the names they export; each has its default export too. */
export const BUILTIN_MODULES: Readonly<Record<string, readonly string[]>> = {
  apex: ['state', 'store', 'env', 'channel', 'run'],
  fs: ['promises'],
  'fs/promises': ['access', 'appendFile', 'mkdir', 'readFile', 'readdir', 'rm', 'stat', 'unlink', 'writeFile'],
  // biome-ignore format: one line of names
  path: ['basename', 'delimiter', 'dirname', 'extname', 'format', 'isAbsolute', 'join', 'normalize', 'parse', 'posix', 'relative', 'resolve', 'sep'],
  crypto: ['getRandomValues', 'randomUUID', 'webcrypto'],
  'timers/promises': ['setTimeout'],
  url: ['URL', 'URLSearchParams'],
  process: ['argv', 'cwd', 'env', 'nextTick', 'platform', 'version', 'versions'],
  util: ['deprecate', 'format', 'inherits', 'inspect', 'promisify', 'TextDecoder', 'TextEncoder'],
};

/** The built-in module that a specifier means (`node:path` and `path` are one), or undefined. */
export function builtinModule(specifier: string): string | undefined {
  const name = specifier.startsWith('node:') ? specifier.slice(5) : specifier;
  return Object.hasOwn(BUILTIN_MODULES, name) && specifier !== 'node:apex' ? name : undefined;
}
