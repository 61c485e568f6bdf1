/**
 * The outside of what an addon made: names, properties, prototypes. It is logged once for each function, class and object,
 * and from it both modes make what the program gets, so that a replay needs no addon.
 */
import {
  defineProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  ObjectPrototype,
  objectCreate,
  reflectOwnKeys,
  setPrototypeOf,
  startsWith,
  stringSlice,
} from '../../recording/safeBuiltins.ts';
import { disguiseAs } from '../disguise/disguise.ts';
import type { NativeFunction } from '../start/natives.ts';
import { addFixed, addForeignObject, oursOf, pair } from './pairs.ts';

export type Kind = 'function' | 'method' | 'prototype' | 'object' | 'fixed';

export interface Crossing {
  /** Name in the log. */
  path: string;
  /** The addon's function; undefined in replay. */
  native: NativeFunction | undefined;
  /** What the program called: stacks begin at its caller. */
  ours: NativeFunction;
}

/** What a function of an addon does when it is called. Set by `crossings.ts`, which needs this file. */
export const crossings = {
  call: (_crossing: Crossing, _self: unknown, _args: unknown[]): unknown => undefined,
  construct: (_crossing: Crossing, _args: unknown[], newTarget: object): object => newTarget,
};

/** Kind, name for messages, name of the function, its length. A method has no prototype. */
export type Head = [kind: Kind, path: string, name: string, length: number];
/** Key, what is allowed with it, value; or, of an accessor, which of its functions there are. */
export type Property = [key: string | symbol, flags: number, isAccessor: boolean, value: unknown];
/** Prototype (a name for one of JavaScript's own), the `prototype` of a function, and its own properties. */
export type Body = [parent: unknown, prototype: unknown, properties: Property[]];

export interface Found {
  native: object;
  head: Head;
}

const WRITABLE = 1;
const ENUMERABLE = 2;
const CONFIGURABLE = 4;
const GETTER = 1;
const SETTER = 2;
const OF_FUNCTIONS = ['name', 'length', 'prototype', 'arguments', 'caller'];

const intrinsics: [name: string, prototype: object][] = [
  ['Object', ObjectPrototype],
  ['Function', Function.prototype],
  ['Error', Error.prototype],
  ['Array', Array.prototype],
  ['Iterator', getPrototypeOf(getPrototypeOf([][Symbol.iterator]())) as object],
  ['AsyncIterator', getPrototypeOf(getPrototypeOf(getPrototypeOf((async function* () {})()))) as object],
];

/** Its name, for a prototype of JavaScript's own. */
export function intrinsicName(prototype: object): string | undefined {
  for (let i = 0; i < intrinsics.length; i++) if (intrinsics[i]![1] === prototype) return intrinsics[i]![0];
  return undefined;
}

function prototypeOf(parent: unknown): object | null {
  if (typeof parent !== 'string') return parent as object | null;
  for (let i = 0; i < intrinsics.length; i++) if (intrinsics[i]![0] === parent) return intrinsics[i]![1];
  return ObjectPrototype;
}

/** Both modes: makes what the program gets, still without properties. An object of an addon is itself while recording. */
export function makeOurs([kind, path, name, length]: Head, native: object | undefined): object {
  if (kind === 'object') {
    const object = native ?? (objectCreate(null) as object);
    addForeignObject(object);
    return object;
  }
  if (kind === 'fixed') return makeFixed(native);
  const ours = kind === 'prototype' ? ({} as object) : makeFunction(kind, path, native as NativeFunction | undefined);
  if (kind !== 'prototype') {
    disguiseAs(ours, `function ${name}() { [native code] }`);
    defineProperty(ours, 'name', { value: name, configurable: true });
    defineProperty(ours, 'length', { value: length, configurable: true });
  }
  addForeignObject(ours);
  pair(ours, native);
  if (kind === 'function' && native) acceptOurs(native, ours);
  return ours;
}

/** Recording: an addon that asks whether an object has its class finds that of the program in the chain, too. */
function acceptOurs(native: object, ours: object): void {
  const value = (object: unknown): boolean => {
    const real = (native as { prototype?: unknown }).prototype;
    for (let at = prototypeOfAny(object); at; at = getPrototypeOf(at)) {
      if (at === real || at === (ours as { prototype?: unknown }).prototype) return true;
    }
    return false;
  };
  Reflect.defineProperty(native, Symbol.hasInstance, { value, configurable: true });
}

const prototypeOfAny = (value: unknown): object | null =>
  (typeof value === 'object' && value !== null) || typeof value === 'function' ? getPrototypeOf(value) : null;

/** Both modes: what stands for an object whose prototype cannot be changed, still without properties. */
export function makeFixed(native: object | undefined): object {
  const ours = objectCreate(null) as object;
  addForeignObject(ours);
  addFixed(ours);
  pair(ours, native);
  return ours;
}

function makeFunction(kind: Kind, path: string, native: NativeFunction | undefined): NativeFunction {
  if (kind === 'method') {
    const { method } = {
      method(this: unknown, ...args: unknown[]): unknown {
        return crossings.call({ path, native, ours: method }, this, args);
      },
    };
    return method;
  }
  const ours = function (this: unknown, ...args: unknown[]): unknown {
    const crossing = { path, native, ours };
    return new.target ? crossings.construct(crossing, args, new.target) : crossings.call(crossing, this, args);
  };
  return ours;
}

/** Recording: what is to be logged of it. @param value what the program knows for a value of the addon */
export function bodyOf(native: object, value: (native: unknown) => unknown): Body {
  const isFunction = typeof native === 'function';
  const properties: Property[] = [];
  const keys = reflectOwnKeys(native);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (isFunction && (key === Symbol.hasInstance || OF_FUNCTIONS.includes(key as string))) continue;
    const descriptor = getOwnPropertyDescriptor(native, key)!;
    const flags =
      (descriptor.writable ? WRITABLE : 0) |
      (descriptor.enumerable ? ENUMERABLE : 0) |
      (descriptor.configurable ? CONFIGURABLE : 0);
    const accessor = !('value' in descriptor);
    const content = accessor ? (descriptor.get ? GETTER : 0) | (descriptor.set ? SETTER : 0) : value(descriptor.value);
    properties[properties.length] = [key, flags, accessor, content];
  }
  const parent = getPrototypeOf(native);
  const parentOurs = parent && (intrinsicName(parent) ?? oursOf(parent) ?? parent);
  const { prototype } = native as { prototype?: unknown };
  return [parentOurs, isFunction ? value(prototype) : undefined, properties];
}

/** Both modes: gives `ours` its properties. `native` is there while recording. */
export function fillOurs(ours: object, path: string, [parent, prototype, properties]: Body, native?: object): void {
  const wanted = prototypeOf(parent);
  if (getPrototypeOf(ours) !== wanted) setPrototypeOf(ours, wanted);
  if (prototype !== undefined && typeof ours === 'function') {
    defineProperty(ours, 'prototype', { value: prototype, writable: false });
  }
  fillProperties(ours, path, properties, native);
}

/** Both modes: gives `ours` properties of its own. */
export function fillProperties(ours: object, path: string, properties: readonly Property[], native?: object): void {
  // An object of an addon keeps what it is; only what the program must not reach is replaced.
  const isItself = ours === native;
  for (let i = 0; i < properties.length; i++) {
    const property = properties[i]!;
    if (!isItself || property[2] || typeof property[3] === 'function') defineOurs(ours, path, property, native);
  }
}

function defineOurs(ours: object, path: string, [logged, flags, accessor, content]: Property, native?: object): void {
  const key = keyOf(logged);
  const common = { enumerable: (flags & ENUMERABLE) > 0, configurable: (flags & CONFIGURABLE) > 0 };
  if (!accessor) {
    Reflect.defineProperty(ours, key, { ...common, writable: (flags & WRITABLE) > 0, value: content });
    return;
  }
  const real = native && getOwnPropertyDescriptor(native, logged);
  const name = `${path}.${String(key)}`;
  const get =
    (content as number) & GETTER ? makeFunction('method', `get ${name}`, real?.get as NativeFunction) : undefined;
  const set =
    (content as number) & SETTER ? makeFunction('method', `set ${name}`, real?.set as NativeFunction) : undefined;
  Reflect.defineProperty(ours, key, { ...common, get, set } as PropertyDescriptor);
}

/** A symbol that all programs share is logged by its name. */
function keyOf(key: string | symbol): string | symbol {
  const name = typeof key === 'symbol' ? key.description : undefined;
  if (name === undefined || !startsWith(name, 'Symbol.')) return key;
  const known = (Symbol as unknown as Record<string, unknown>)[stringSlice(name, 7)];
  return typeof known === 'symbol' ? known : key;
}
