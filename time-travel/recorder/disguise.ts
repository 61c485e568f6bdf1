/** Makes the functions that the boundary puts in the program's reach look like the native ones they stand for. */
import {
  defineProperty,
  endsWith,
  getOwnPropertyDescriptor,
  hasOwn,
  reflectApply,
  SafeWeakMap,
} from '../recording/safeBuiltins.ts';

const originals = new SafeWeakMap<object, object>();
const texts = new SafeWeakMap<object, string>();
const functionToString = Function.prototype.toString;
let installed = false;

/** `Function.prototype.toString` gives the text of the original for everything disguised. */
function install(): void {
  installed = true;
  const method = {
    toString(this: unknown): string {
      if (typeof this !== 'function') return reflectApply(functionToString, this, []) as string;
      const text = texts.get(this);
      if (text !== undefined) return text;
      const original = originals.get(this);
      return reflectApply(functionToString, original ?? this, []) as string;
    },
  }.toString;
  originals.set(method, functionToString);
  defineProperty(Function.prototype, 'toString', {
    ...getOwnPropertyDescriptor(Function.prototype, 'toString'),
    value: method,
  });
}

/**
 * Gives `replacement` the name, length and text of `original`; returns `replacement`, or what calls it where the original can
 * be constructed and the replacement cannot.
 */
export function disguise<F extends object>(given: F, original: object): F {
  if (!installed) install();
  const replacement =
    hasOwn(original, 'prototype') && !hasOwn(given, 'prototype')
      ? (Strict.constructible(given) as unknown as F)
      : given;
  originals.set(replacement, original);
  if (!hasOwn(original, 'prototype')) Reflect.deleteProperty(replacement, 'prototype');
  for (const key of ['name', 'length']) {
    const descriptor = getOwnPropertyDescriptor(original, key);
    if (descriptor) defineProperty(replacement, key, descriptor);
  }
  return replacement;
}

// biome-ignore lint/complexity/noStaticOnlyClass: strict code, so that the function has no properties `arguments` and `caller`.
class Strict {
  static constructible(call: object) {
    return function (this: unknown, ...args: unknown[]): unknown {
      return reflectApply(call as () => unknown, this, args);
    };
  }
}

/** `Function.prototype.toString` gives `text` for the function. */
export function disguiseAs(replacement: object, text: string): void {
  if (!installed) install();
  texts.set(replacement, text);
}

/** True for a function that is not written in JavaScript. */
export const hasNativeText = (value: object): boolean =>
  endsWith(reflectApply(functionToString, value, []) as string, '{ [native code] }');

/** Replaces a property, keeping whether it is writable, enumerable and configurable; the new value is disguised. */
export function replaceFunction(holder: object, key: PropertyKey, replacement: object): void {
  const descriptor = getOwnPropertyDescriptor(holder, key);
  if (!descriptor || typeof descriptor.value !== 'function') return;
  defineProperty(holder, key, { ...descriptor, value: disguise(replacement, descriptor.value) });
}
