/**
 * Native addons. What one exports is put behind the boundary as Node's own natives are: calls are logged with their results,
 * functions that it is given are called as events, and a replay loads no addon.
 */
import { defineProperty, objectKeys, regExpReplace } from '../../recording/safeBuiltins.ts';
import { recording } from '../boundaryState.ts';
import { replaceFunction } from '../disguise/disguise.ts';
import { foreign } from '../events/delivery.ts';
import { flushNow } from '../log/flushing.ts';
import { onUncaught } from '../processes/fatalErrors.ts';
import { internalBinding, type NativeFunction } from '../start/natives.ts';
import { callAddon } from './crossings.ts';
import { readNews } from './declared.ts';
import { byAddon, isThrownToAddon } from './passing.ts';

interface AddonModule {
  exports: unknown;
}

export function installAddons(): void {
  foreign.read = readNews;
  if (recording()) onUncaught((error) => isThrownToAddon(error) && byAddon.fail());
  const native = process.dlopen as unknown as NativeFunction;
  const dlopen = function (this: unknown, ...args: unknown[]): unknown {
    return load(native, args);
  };
  replaceFunction(process, 'dlopen', dlopen);
  loader = process.dlopen;
  const methods = internalBinding('process_methods') as Record<string, unknown>;
  if (methods.dlopen) methods.dlopen = process.dlopen;
}

/** Puts the functions and classes that native code exports on `exports` behind the boundary, in both modes. */
export function recordExports(path: string, exports: Record<string, unknown>): void {
  const functions: NativeFunction = () => {
    const found: Record<string, unknown> = {};
    const keys = objectKeys(exports);
    for (let i = 0; i < keys.length; i++) {
      const value = exports[keys[i]!];
      if (typeof value === 'function') found[keys[i]!] = value;
    }
    return found;
  };
  const crossing = { path, native: recording() ? functions : undefined, ours: recordExports as never };
  const ours = callAddon(crossing, undefined, []) as Record<string, unknown>;
  const keys = objectKeys(ours);
  for (let i = 0; i < keys.length; i++) {
    const value = ours[keys[i]!];
    defineProperty(exports, keys[i]!, { value, writable: true, enumerable: true, configurable: true });
  }
}

/** `process.dlopen` as the program finds it: the stack of an error of it begins at its caller. */
let loader: typeof process.dlopen;

/** What the loader is to get is the result of a call: `module.exports` after it. */
function load(native: NativeFunction, args: unknown[]): unknown {
  const [module, filename] = args as [AddonModule, unknown];
  const path = regExpReplace(/^.*[/\\]/, `${filename}`, '');
  const open: NativeFunction = (...rest) => {
    // It may end the process.
    flushNow();
    Reflect.apply(native, process, [module, filename, ...rest]);
    return module.exports;
  };
  const before = module?.exports;
  const result = callAddon(
    { path, native: recording() ? open : undefined, ours: loader as never },
    undefined,
    args.slice(2),
  );
  if (result !== before) takeExports(module, before, result);
  return undefined;
}

/** The object that the loader made stays, if the addon has filled it. */
function takeExports(module: AddonModule, before: unknown, result: unknown): void {
  const isFilled = recording() || typeof result !== 'object' || result === null || typeof before !== 'object';
  if (isFilled || Object.getPrototypeOf(result) !== Object.prototype) module.exports = result;
  else Object.defineProperties(before, Object.getOwnPropertyDescriptors(result));
}
