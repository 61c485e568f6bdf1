/**
 * Compression is pure. Its asynchronous form runs on a thread while recording; in replay the real synchronous form runs
 * at the moment its completion is delivered.
 */
import { objectKeys, reflectApply, SafeWeakMap } from '../../recording/safeBuiltins.ts';
import { recording } from '../boundaryState.ts';
import { lastPassed, wrapCallback } from '../calls/callbacks.ts';
import { hookHandlers } from '../calls/handlers.ts';
import { registerClass } from '../calls/identities.ts';
import { isNativeClass } from '../calls/nativeClasses.ts';
import { internalBinding, type NativeFunction } from '../start/natives.ts';

export function installZlib(): void {
  const zlib = internalBinding('zlib');
  const names = objectKeys(zlib);
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    const type = zlib[name];
    if (isNativeClass(name, type) && 'writeSync' in type.prototype) {
      registerClass({ name, type, shared: undefined, shim: undefined });
      hookHandlers(type.prototype);
      wrapCompressor(type.prototype as unknown as Record<'init' | 'write' | 'writeSync' | 'close', NativeFunction>);
    }
  }
}

function wrapCompressor(prototype: Record<'init' | 'write' | 'writeSync' | 'close', NativeFunction>): void {
  const { init, writeSync, close } = prototype;
  const closing = new SafeWeakMap<object, true>();
  const waiting = new SafeWeakMap<object, unknown[]>();
  prototype.init = function (...args) {
    const self = this as object;
    const at = args.findIndex((arg) => typeof arg === 'function');
    if (at >= 0) args[at] = wrapCallback(args[at] as NativeFunction);
    const passed = recording() || at < 0 ? undefined : lastPassed();
    if (passed) {
      passed.self = self;
      passed.before = () => {
        const write = waiting.get(self);
        waiting.delete(self);
        if (write) reflectApply(writeSync, self, write);
        if (closing.has(self)) reflectApply(close, self, []);
        closing.delete(self);
      };
    }
    return reflectApply(init, self, args);
  };
  if (recording()) return;
  prototype.write = function (...args) {
    waiting.set(this as object, args);
  };
  // Native code, too, waits for what is being written.
  prototype.close = function (...args) {
    if (waiting.has(this as object)) closing.set(this as object, true);
    else reflectApply(close, this, args);
  };
}
