/**
 * Hooks of `async_hooks` that native code calls by itself. `destroy`: native code keeps a queue of what was destroyed and
 * tells of it when it has time. `init` of
 * what native code makes or numbers by itself: a connection, or a request within the call that takes it. Both are events;
 * what the replay's own queue tells is not heard.
 */
import { getPrototypeOf, reflectApply, SafeWeakMap } from '../../recording/safeBuiltins.ts';
import { recording } from '../boundaryState.ts';
import { wrapCallback } from '../calls/callbacks.ts';
import { classOf, isKnown } from '../calls/identities.ts';
import { replaceFunction } from '../disguise/disguise.ts';
import { isCalledByLoop } from '../disguise/ownStack.ts';
import { beforeLoading } from '../start/builtinLoading.ts';
import { type NativeFunction, nodeRequire } from '../start/natives.ts';
import { enterNative, isConstructing } from './asyncContext.ts';
import { followDomains, keepDomains, orderHooks } from './hookOrder.ts';

interface AsyncHooksLibrary {
  createHook(functions: object): object;
}

export function installAsyncHookEvents(): void {
  beforeLoading(['async_hooks'], wrapEnable);
  beforeLoading(['domain'], recording() ? followDomains : keepDomains);
}

function wrapEnable(): void {
  const { symbols } = nodeRequire<{ symbols: Record<string, symbol> }>('internal/async_hooks');
  const { init_symbol: init, destroy_symbol: destroy } = symbols as { init_symbol: symbol; destroy_symbol: symbol };
  const prototype = getPrototypeOf(nodeRequire<AsyncHooksLibrary>('async_hooks').createHook({})) as {
    enable: NativeFunction;
  };
  const { enable } = prototype;
  const wrapped = new SafeWeakMap<object, true>();
  const method = function (this: Record<symbol, unknown>): unknown {
    if (this && !wrapped.has(this)) {
      wrapped.set(this, true);
      if (typeof this[destroy] === 'function') this[destroy] = destroyed(this, this[destroy] as NativeFunction);
      if (typeof this[init] === 'function') this[init] = initiated(this, this[init] as NativeFunction);
    }
    const result = reflectApply(enable, this, []);
    if (recording()) orderHooks();
    return result;
  };
  replaceFunction(prototype, 'enable', method);
}

function destroyed(owner: object, hook: NativeFunction): NativeFunction {
  const passed = wrapCallback((id) => reflectApply(hook, owner, [id]));
  return recording() ? passed : () => undefined;
}

/** Of its own resources, and of objects that JavaScript makes, the library tells in both modes. */
function initiated(owner: object, hook: NativeFunction): NativeFunction {
  const passed = wrapCallback((...args) => {
    if (!recording()) enterNative(args[3] as object, args[0] as number, args[2] as number);
    return reflectApply(hook, owner, args);
  });
  return recording() ? (...args) => reflectApply(isByNative(args[3]) ? passed : hook, owner, args) : hook;
}

/** A request that a call was given, or a handle that was made while no JavaScript ran. */
function isByNative(resource: unknown): boolean {
  if (classOf(resource)?.standsIn !== true || isConstructing()) return false;
  return isKnown(resource as object) || isCalledByLoop();
}
