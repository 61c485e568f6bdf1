/**
 * Recording: before native code calls a handler it runs the `before` hooks of `async_hooks`. What these do is to come behind
 * the handler's event in the log, as in replay: they run when the handler's event has been logged.
 */
import { objectAssign, reflectApply, SafeWeakMap } from '../../recording/safeBuiltins.ts';
import { internalBinding, type NativeFunction, nodeRequire } from '../start/natives.ts';

interface Library {
  nativeHooks: { before(asyncId: number): void; after(asyncId: number): void };
  useDomainTrampoline(callback: NativeFunction): void;
}

const {
  async_hook_fields: fields,
  execution_async_resources: resources,
  setCallbackTrampoline,
  constants,
} = internalBinding('async_wrap') as {
  async_hook_fields: Uint32Array;
  execution_async_resources: unknown[];
  setCallbackTrampoline(trampoline: NativeFunction): void;
  constants: Record<'kBefore' | 'kAfter' | 'kTotals' | 'kStackLength' | 'kUsesExecutionAsyncResource', number>;
};

const dispatchers = new SafeWeakMap<object, true>();
/** A function that calls `runHooksBefore` when it has logged its event. */
export function addDispatcher(dispatcher: NativeFunction): void {
  dispatchers.set(dispatcher, true);
}

let waiting = 0;
let domainCallback: NativeFunction | undefined;
const library = nodeRequire<Library>('internal/async_hooks');

/** Runs the hooks for which the present event has kept native code waiting. */
export function runHooksBefore(): void {
  if (waiting === 0) return;
  const id = waiting;
  waiting = 0;
  library.nativeHooks.before(id);
}

/** Node's module `domain` is yet to be loaded. */
export function followDomains(): void {
  const { useDomainTrampoline } = library;
  const replacement: typeof useDomainTrampoline = (callback) => {
    domainCallback = callback;
    useDomainTrampoline(callback);
  };
  objectAssign(library, { useDomainTrampoline: replacement });
}

/**
 * Replay: native code calls the replay's own loop, not what it called while recording. So it does not hear of domains;
 * whoever stands for such a call asks `throughDomain`.
 */
export function keepDomains(): void {
  const replacement: typeof library.useDomainTrampoline = (callback) => {
    domainCallback = callback;
  };
  objectAssign(library, { useDomainTrampoline: replacement });
}

/**
 * Replay: calls a function of `process` as `InternalMakeCallback` in Node's api/callback.cc does for what no asynchronous
 * resource has started: by way of domains where hooks are in use.
 */
export function throughDomain(call: NativeFunction, args: unknown[]): unknown {
  const { kBefore, kAfter, kUsesExecutionAsyncResource: uses } = constants;
  const trampoline = domainCallback && fields[kBefore]! + fields[kAfter]! + (fields[uses] ?? 0) > 0;
  return trampoline ? reflectApply(domainCallback!, process, [call, ...args]) : reflectApply(call, process, args);
}

/** Takes the place of Node's own trampoline, which the library sets when the first hook is enabled. */
export function orderHooks(): void {
  if (fields[constants.kTotals]! > 0) setCallbackTrampoline(trampoline);
}

/** As `callbackTrampoline` in Node's `internal/async_hooks`, but for the order. */
const trampoline: NativeFunction = function (...all) {
  const [asyncId, resource, callback] = all as [number, unknown, NativeFunction];
  const args: unknown[] = [];
  for (let i = 3; i < all.length; i++) args[i - 3] = all[i];
  resources[fields[constants.kStackLength]! - 1] = resource;
  if (asyncId !== 0 && fields[constants.kBefore]! > 0) {
    if (dispatchers.has(callback)) waiting = asyncId;
    else library.nativeHooks.before(asyncId);
  }
  let result: unknown;
  if (asyncId === 0 && domainCallback) result = reflectApply(domainCallback, this, [callback, ...args]);
  else result = reflectApply(callback, this, args);
  if (asyncId !== 0 && fields[constants.kAfter]! > 0) library.nativeHooks.after(asyncId);
  resources.pop();
  return result;
};
