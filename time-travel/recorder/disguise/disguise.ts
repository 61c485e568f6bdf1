/** Makes the functions that the boundary puts in the program's reach look like the native ones they stand for. */
import {
  defineProperty,
  endsWith,
  getOwnPropertyDescriptor,
  hasOwn,
  reflectApply,
  SafeWeakMap,
} from '../../recording/safeBuiltins.ts';

const originals = new SafeWeakMap<object, object>();
/** Tells which native function a wrapper stands for. Set by `calls.ts`, since what it wraps with needs this file. */
export const wrapped = { native: (_wrapper: object): object | undefined => undefined };
const texts = new SafeWeakMap<object, string>();
const functionToString = Function.prototype.toString;
let installed = false;

/** What a function stands for may stand for another. */
function innermost(given: object): object {
  let original = given;
  for (let next: object | undefined = given; next; next = originals.get(original) ?? wrapped.native(original)) {
    original = next;
  }
  return original;
}

/** `Function.prototype.toString` gives the text of the original for everything disguised. */
function install(): void {
  installed = true;
  const method = {
    toString(this: unknown): string {
      if (typeof this !== 'function') return reflectApply(functionToString, this, []) as string;
      const text = texts.get(this);
      if (text !== undefined) return text;
      return reflectApply(functionToString, innermost(this), []) as string;
    },
  }.toString;
  originals.set(method, functionToString);
  defineProperty(Function.prototype, 'toString', {
    ...getOwnPropertyDescriptor(Function.prototype, 'toString'),
    value: method,
  });
}

/**
 * Gives `given` the name, length and text of `original`. Returns it, or what calls it where one of the two can be constructed
 * and the other cannot.
 */
export function disguise<F extends object>(given: F, original: object): F {
  if (!installed) install();
  const replacement = isConstructible(given) === isConstructible(original) ? given : alike(given, original);
  originals.set(replacement, original);
  for (const key of ['name', 'length', 'arguments', 'caller']) {
    const descriptor = getOwnPropertyDescriptor(original, key);
    if (descriptor) defineProperty(replacement, key, descriptor);
  }
  if (hasOwn(original, 'prototype') && !hasOwn(replacement, 'prototype')) {
    defineProperty(replacement, 'prototype', { value: { constructor: replacement }, writable: true });
  }
  return replacement;
}

function isConstructible(value: object): boolean {
  try {
    Reflect.construct(Object, [], value as NewableFunction);
    return true;
  } catch {
    return false;
  }
}

function alike<F extends object>(given: F, original: object): F {
  const call = given as unknown as () => unknown;
  const { method } = {
    method(this: unknown, ...args: unknown[]): unknown {
      return reflectApply(call, this, args);
    },
  };
  const constructed = function (this: unknown, ...args: unknown[]): unknown {
    return reflectApply(call, this, args);
  };
  return (isConstructible(original) ? constructed : method) as unknown as F;
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
