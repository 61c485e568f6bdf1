/** What garbage collection shows to a program: `FinalizationRegistry` callbacks are events, `WeakRef` reads are logged. */
import {
  defineProperty,
  getOwnPropertyDescriptor,
  reflectApply,
  reflectConstruct,
  SafeMap,
  SafeWeakMap,
} from '../../recording/safeBuiltins.ts';
import { recording } from '../boundaryState.ts';
import { wrapCallback } from '../calls/callbacks.ts';
import { clock } from '../clocks/clocks.ts';
import { disguise, replaceFunction } from '../disguise/disguise.ts';
import type { NativeFunction } from '../start/natives.ts';

export function installGarbage(): void {
  installWeakRef();
  installFinalizationRegistry();
}

function replaceGlobal(name: string, value: object): void {
  const original = Reflect.get(globalThis, name) as { prototype: object };
  disguise(value, original);
  defineProperty(globalThis, name, { ...getOwnPropertyDescriptor(globalThis, name), value });
  const descriptor = getOwnPropertyDescriptor(original.prototype, 'constructor');
  defineProperty(original.prototype, 'constructor', { ...descriptor, value });
}

/** In replay the target is held, and the log says whether it was still there. */
function installWeakRef(): void {
  const RealWeakRef = WeakRef;
  const { deref } = RealWeakRef.prototype;
  const held = new SafeWeakMap<object, WeakKey>();
  let target: unknown;
  const alive = clock(
    () => (target === undefined ? 0 : 1),
    'WeakRef.deref',
    () => {},
  );
  const proxy: typeof RealWeakRef = new Proxy(RealWeakRef, {
    construct(type, args, newTarget) {
      const reference = reflectConstruct(type, args, newTarget === proxy ? type : newTarget) as object;
      if (!recording()) held.set(reference, args[0]);
      return reference;
    },
  });
  const method = {
    deref(this: WeakRef<WeakKey>) {
      const real = reflectApply(deref, this, []);
      target = held.get(this) ?? real;
      const found = alive() ? target : undefined;
      target = undefined;
      return found;
    },
  }.deref;
  replaceFunction(RealWeakRef.prototype, 'deref', method);
  replaceGlobal('WeakRef', proxy);
}

/** The real registry holds a number per registration; what the program registered is kept here. */
function installFinalizationRegistry(): void {
  const RealRegistry = FinalizationRegistry;
  const prototype = RealRegistry.prototype as unknown as Record<'register' | 'unregister', NativeFunction>;
  const { register, unregister } = prototype;
  interface Registrations {
    values: SafeMap<number, unknown>;
    tokens: SafeWeakMap<WeakKey, number[]>;
    last: number;
  }
  const registries = new SafeWeakMap<object, Registrations>();
  const proxy: typeof RealRegistry = new Proxy(RealRegistry, {
    construct(type, args, newTarget) {
      const cleanup = args[0];
      const target = newTarget === proxy ? type : newTarget;
      if (typeof cleanup !== 'function') return reflectConstruct(type, args, target) as object;
      const values = new SafeMap<number, unknown>();
      const passed = wrapCallback((id) => {
        const value = values.get(id as number);
        values.delete(id as number);
        reflectApply(cleanup as NativeFunction, undefined, [value]);
      });
      const registry = reflectConstruct(type, [recording() ? passed : () => undefined], target) as object;
      registries.set(registry, { values, tokens: new SafeWeakMap(), last: 0 });
      return registry;
    },
  });
  const methods = {
    register(this: object, target: WeakKey, value: unknown, token?: WeakKey) {
      const known = registries.get(this);
      if (!known || target === value) return reflectApply(register, this, [target, value, token]);
      const id = ++known.last;
      reflectApply(register, this, [target, id, token]);
      known.values.set(id, value);
      if (token !== undefined) known.tokens.set(token, [...(known.tokens.get(token) ?? []), id]);
      return undefined;
    },
    unregister(this: object, token: WeakKey) {
      const known = registries.get(this);
      const real = reflectApply(unregister, this, [token]);
      const ids = known?.tokens.get(token);
      if (!known || !ids) return real;
      known.tokens.delete(token);
      let removed = false;
      for (let i = 0; i < ids.length; i++) removed = known.values.delete(ids[i]!) || removed;
      return removed;
    },
  };
  replaceFunction(prototype, 'register', methods.register);
  replaceFunction(prototype, 'unregister', methods.unregister);
  replaceGlobal('FinalizationRegistry', proxy);
}
