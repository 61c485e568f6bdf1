/**
 * Node's library loads most of its modules when a program first needs them, and takes their native functions then. Putting
 * a binding behind the boundary waits for that too: a small program starts without the cost of all of them.
 */
import { defineProperty, getPrototypeOf, reflectApply, SafeMap, startsWith } from '../../recording/safeBuiltins.ts';
import { recording } from '../boundaryState.ts';
import { guardBinding, guardModule } from '../calls/refusals.ts';
import { disguise } from '../disguise/disguise.ts';
import { builtinModules, internalBinding, type NativeFunction, nodeRequire, primordials } from './natives.ts';

interface Waiting {
  /** Names of library modules, or beginnings of names that end in `/`. */
  modules: readonly string[];
  install: (() => void) | undefined;
}

const waiting: Waiting[] = [];
const patches = new SafeMap<string, () => void>();

const isOf = (id: string, modules: readonly string[]): boolean => {
  for (let i = 0; i < modules.length; i++) {
    const name = modules[i]!;
    if (id === name || (name[name.length - 1] === '/' && startsWith(id, name))) return true;
  }
  return false;
};

function installFor(id: string | undefined): void {
  for (let i = 0; i < waiting.length; i++) {
    const { modules, install } = waiting[i]!;
    if (!install || (id !== undefined && !isOf(id, modules))) continue;
    waiting[i]!.install = undefined;
    install();
  }
}

const isLoaded = (id: string): boolean => {
  const builtin = builtinModules.map.get(id);
  return builtin !== undefined && (builtin.loaded || builtin.loading);
};

/** Runs `install` before the first of these modules is loaded: at once when one of them is. */
export function beforeLoading(modules: readonly string[], install: () => void): void {
  for (let i = 0; i < modules.length; i++) {
    if (!isAnyLoaded(modules[i]!)) continue;
    install();
    loaded = undefined;
    return;
  }
  waiting.push({ modules, install });
}

/** Runs `patch` when this module has been loaded, before anyone gets it: at once when it is. */
export function afterLoading(id: string, patch: () => void): void {
  if (isLoaded(id)) patch();
  else patches.set(id, patch);
}

const changedPrimordials = new SafeMap<string, object>();

/** A module of Node's library that is yet to be loaded gets these instead of what Node took of the language at its start. */
export function changePrimordials(id: string, changes: Record<string, unknown>): void {
  if (!isLoaded(id)) changedPrimordials.set(id, { __proto__: primordials, ...changes });
}

type CompileFunction = (id: string) => (...parts: unknown[]) => void;

/** As `compileForInternalLoader` in Node's `internal/bootstrap/realm`. */
function loadWith(changed: object, id: string): object {
  const module = builtinModules.map.get(id)!;
  const { compileFunction } = internalBinding('builtins') as unknown as { compileFunction: CompileFunction };
  module.loading = true;
  try {
    compileFunction(id)(module.exports, nodeRequire, module, process, internalBinding, changed);
    module.loaded = true;
  } finally {
    module.loading = false;
  }
  (process as unknown as { moduleLoadList: string[] }).moduleLoadList.push(`NativeModule ${id}`);
  return module.exports;
}

/** Names of the loaded modules below `internal/`, for looks at many folders: there are hundreds. */
let loaded: string[] | undefined;

function isAnyLoaded(name: string): boolean {
  if (name[name.length - 1] !== '/') return isLoaded(name);
  if (!loaded) {
    loaded = [];
    for (const id of builtinModules.map.keys()) {
      if (startsWith(id, 'internal/') && isLoaded(id)) loaded[loaded.length] = id;
    }
  }
  for (let i = 0; i < loaded.length; i++) if (startsWith(loaded[i]!, name)) return true;
  return false;
}

type NativeLoad = (id: string) => object | undefined;
let nativeLoad: NativeLoad | undefined;

/** Recording: asks `load` for every module that is yet to be loaded; it gives undefined for those that the library loads. */
export function followNativeLoads(load: NativeLoad): void {
  nativeLoad = load;
}

/** Watches what the library loads. `process.binding` reaches bindings without it: then everything is installed. */
export function watchLoading(): void {
  loaded = undefined;
  const prototype = getPrototypeOf(builtinModules.map.get('fs')) as Record<string, NativeFunction>;
  const load = prototype.compileForInternalLoader!;
  prototype.compileForInternalLoader = function (this: unknown) {
    const { id, loaded, loading } = this as { id: string; loaded: boolean; loading: boolean };
    if (loaded || loading) return reflectApply(load, this, []);
    const natively = nativeLoad?.(id);
    if (natively) return natively;
    installFor(id);
    if (!recording()) guardModule(id);
    const changed = changedPrimordials.get(id);
    const exported = changed ? loadWith(changed, id) : reflectApply(load, this, []);
    const patch = patches.get(id);
    patches.delete(id);
    patch?.();
    return exported;
  };
  const target = process as unknown as { binding: NativeFunction };
  const { binding } = target;
  const value = disguise(function (this: unknown, name: unknown) {
    installFor(undefined);
    if (!recording()) guardBinding(String(name));
    return reflectApply(binding, this, [name]);
  }, binding);
  defineProperty(process, 'binding', { value, writable: true, enumerable: true, configurable: true });
}
