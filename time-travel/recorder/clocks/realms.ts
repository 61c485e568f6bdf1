/** `vm.createContext` makes realms with a `Date` of their own: it must read the recorded clock too. */
import type vmModule from 'node:vm';
import { reflectApply } from '../../recording/safeBuiltins.ts';
import { replaceFunction } from '../disguise/disguise.ts';
import { afterLoading } from '../start/builtinLoading.ts';
import { builtinModules, type NativeFunction, nodeRequire } from '../start/natives.ts';
import { replaceDate } from './clocks.ts';

type Options = vmModule.RunningScriptInNewContextOptions;

export function installRealms(): void {
  afterLoading('vm', patchModule);
}

function patchModule(): void {
  const vm = nodeRequire<typeof vmModule>('vm');
  const { createContext, isContext, runInContext } = vm;
  const runInNewContext = vm.runInNewContext as unknown as NativeFunction;
  const scriptRun = vm.Script.prototype.runInNewContext as unknown as NativeFunction;
  const realCreate = createContext as unknown as NativeFunction;

  const create = (...args: unknown[]): unknown => {
    const known = args[0] !== null && typeof args[0] === 'object' && isContext(args[0]);
    const context = reflectApply(realCreate, vm, args);
    if (!known) patchRealm(context as vmModule.Context);
    return context;
  };
  function patchRealm(context: vmModule.Context): void {
    const realm = runInContext('globalThis', context) as { Date?: DateConstructor };
    const RealDate = runInContext('Date', context) as DateConstructor | undefined;
    if (typeof RealDate === 'function') replaceDate(RealDate, realm);
  }
  /** The context is made first, with what the options say of it, so that it can be patched before the code runs. */
  const contextFor = (object: unknown, options: unknown): unknown => {
    if (object !== undefined && (object === null || typeof object !== 'object')) return object;
    if (object && isContext(object as object)) return object;
    const { contextName, contextOrigin, contextCodeGeneration, microtaskMode } = ((typeof options === 'object' &&
      options) ||
      {}) as Options;
    const contextOptions: Record<string, unknown> = {};
    if (contextName !== undefined) contextOptions.name = contextName;
    if (contextOrigin !== undefined) contextOptions.origin = contextOrigin;
    if (contextCodeGeneration !== undefined) contextOptions.codeGeneration = contextCodeGeneration;
    if (microtaskMode !== undefined) contextOptions.microtaskMode = microtaskMode;
    return create(object ?? {}, contextOptions);
  };
  replaceFunction(vm, 'createContext', (...args: unknown[]) => create(...args));
  replaceFunction(vm, 'runInNewContext', (code: unknown, object: unknown, options: unknown) =>
    reflectApply(runInNewContext, vm, [code, contextFor(object, options), options]),
  );
  replaceFunction(vm.Script.prototype, 'runInNewContext', function (this: unknown, object: unknown, options: unknown) {
    return reflectApply(scriptRun, this, [contextFor(object, options), options]);
  });
  // Where the names that ES modules import have been made already.
  builtinModules.map.get('vm')?.syncExports?.();
}
