/** Removes the traces of how the boundary was loaded: options, globals, module caches, internal modules. */
import { dirname } from 'node:path';
import { permissionOptions } from '../../recording/nodeOptions.ts';
import { objectKeys } from '../../recording/safeBuiltins.ts';
import { builtinModules, Module, nodeRequire } from './natives.ts';

interface LoaderInternals {
  _pathCache: Record<string, string>;
  _cache: Record<string, { children?: unknown[] }>;
}

/** The words that `apex record` may put before the program's own on Node's command line. */
const OWN_OPTIONS = (file: string): string[][] => [['--expose-internals', '-r', file], ['--expose-internals']];

/** @param log path of the recorded log, if there is one */
export function hideLoading(ownFile: string, log?: string): void {
  const { execArgv } = process;
  const own = OWN_OPTIONS(ownFile).find((words) => words.every((word, index) => execArgv[index] === word));
  if (own) execArgv.splice(0, own.length);
  if (own && log !== undefined) {
    const [read, write] = permissionOptions(dirname(ownFile), dirname(log));
    if (execArgv[0] === read && execArgv[1] === write) execArgv.splice(0, 2);
  }
  for (const name of ['internalBinding', 'primordials']) Reflect.deleteProperty(globalThis, name);
  // Another list: Node is on its way through this one.
  const preloads = process as unknown as { _preload_modules: readonly string[] };
  const value = preloads._preload_modules.filter((file) => file !== ownFile);
  Object.defineProperty(process, '_preload_modules', { value });
  const { _cache, _pathCache } = Module as unknown as LoaderInternals;
  for (const key of objectKeys(_cache)) if (key === ownFile) delete _cache[key];
  for (const key of objectKeys(_pathCache)) if (_pathCache[key] === ownFile) delete _pathCache[key];
  const loaded = (process as unknown as { moduleLoadList: string[] }).moduleLoadList;
  const at = loaded.indexOf('NativeModule internal/test/binding');
  if (at >= 0) loaded.splice(at, 1);
  forgetTestBinding();
  forgetRealPaths();
  hideInternalModules();
}

/** A program that may load this module, with `--expose-internals`, gets the warning that comes with it. */
function forgetTestBinding(): void {
  const testBinding = builtinModules.map.get('internal/test/binding');
  if (testBinding) Object.assign(testBinding, { loaded: false, loading: false });
}

/** Node's loader keeps the real path of every folder it has seen: the program must look up its own. */
function forgetRealPaths(): void {
  const fs = nodeRequire('fs') as { realpathSync: unknown };
  const { realpathSync } = fs;
  const loader = Module as unknown as { _findPath(request: string, paths: string[]): string | false };
  let cache: Map<string, string> | undefined;
  fs.realpathSync = (path: string, options: object) => {
    for (const key of Object.getOwnPropertySymbols(options)) {
      cache = Reflect.get(options, key) as Map<string, string>;
    }
    return path;
  };
  try {
    // Any existing file will do: the loader hands its cache to `realpathSync`.
    const path = loader._findPath(process.execPath, ['']);
    const { _pathCache } = Module as unknown as LoaderInternals;
    for (const key of objectKeys(_pathCache)) if (_pathCache[key] === path) delete _pathCache[key];
  } finally {
    fs.realpathSync = realpathSync;
  }
  cache?.clear();
}

/** Undoes `--expose-internals`, unless the program was started with it: it can require what it could without. */
function hideInternalModules(): void {
  if (process.execArgv.some((word) => /^--expose[-_]internals$/.test(word))) return;
  const BuiltinModule = builtinModules;
  const visible: string[] = [];
  for (const id of BuiltinModule.map.keys()) {
    if (!id.startsWith('internal/') && BuiltinModule.canBeRequiredByUsers(id)) visible.push(id);
  }
  BuiltinModule.setRealmAllowRequireByUsers(visible);
  // Experimental modules that an option made visible are not among those that the call above accepts.
  for (const id of visible) if (!BuiltinModule.canBeRequiredByUsers(id)) BuiltinModule.allowRequireByUsers(id);
  const names = Module.builtinModules.filter((id) => !/^(node:)?internal\//.test(id));
  (Module as unknown as { builtinModules: readonly string[] }).builtinModules = Object.freeze(names);
}
