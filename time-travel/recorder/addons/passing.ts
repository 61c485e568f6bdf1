/**
 * Values on their way into an addon. Functions of the program among them, also within objects, are numbered in both modes
 * in the same order; while recording the addon gets functions that log each call.
 */
import {
  defineProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  isAnyArrayBuffer,
  isArray,
  isView,
  ObjectPrototype,
  objectCreate,
  reflectApply,
  reflectConstruct,
  reflectOwnKeys,
  SafeWeakMap,
} from '../../recording/safeBuiltins.ts';
import { presentContext } from '../asyncContext.ts';
import { recording } from '../boundaryState.ts';
import { numberPassed } from '../callbacks.ts';
import { idOf } from '../identities.ts';
import type { NativeClass, NativeFunction } from '../natives.ts';
import { isForeignObject, nativeOf, pair } from './pairs.ts';
import { noteResult } from './results.ts';

/** How deep functions are looked for in what is passed. */
const DEPTH = 8;
/** A longer list is taken for data. */
const LONGEST_LIST = 1000;

/** Recording: logs a call by the addon. Set by `receiving.ts`, which needs this file. */
export const calledByAddon: {
  log: (id: number, self: unknown, args: unknown[]) => { self: unknown; args: unknown[] };
} = { log: (_id, self, args) => ({ self, args }) };

const numbers = new SafeWeakMap<object, number>();
/** Objects that hold functions, and objects of classes that were looked at. */
const holders = new SafeWeakMap<object, boolean>();

/** Gives what the addon is to receive for `value`. */
export function passOut(value: unknown): unknown {
  holdsFunctions(value, 0);
  return recording() ? outward(value) : value;
}

function holdsFunctions(value: unknown, depth: number): boolean {
  if (typeof value === 'function') {
    numberFunction(value as NativeFunction);
    return true;
  }
  if (typeof value !== 'object' || value === null || depth > DEPTH || isData(value)) return false;
  const prototype = getPrototypeOf(value);
  const isPlain = prototype === null || prototype === ObjectPrototype || isArray(value);
  const known = holders.get(value);
  if (known !== undefined && (!isPlain || known)) {
    if (!isPlain) return known;
  }
  // While it is looked at, so that a cycle ends.
  holders.set(value, false);
  let holds = ownFunctions(value, depth);
  if (!isPlain)
    for (let at = prototype; at && at !== ObjectPrototype; at = getPrototypeOf(at))
      holds = ownFunctions(at, DEPTH) || holds;
  holders.set(value, holds);
  if (holds && !isArray(value)) idOf(value);
  return holds;
}

function ownFunctions(object: object, depth: number): boolean {
  if (isArray(object) && object.length > LONGEST_LIST) return false;
  let holds = false;
  const keys = reflectOwnKeys(object);
  for (let i = 0; i < keys.length; i++) {
    const part: unknown = getOwnPropertyDescriptor(object, keys[i]!)?.value;
    if (keys[i] !== 'constructor' && part !== undefined && holdsFunctions(part, depth + 1)) holds = true;
  }
  return holds;
}

/** Reaches the addon as it is. */
function isData(value: object): boolean {
  return (
    isForeignObject(value) ||
    isView(value) ||
    isAnyArrayBuffer(value) ||
    value instanceof Promise ||
    value instanceof Error ||
    value instanceof Date ||
    value instanceof Map ||
    value instanceof Set ||
    value instanceof RegExp
  );
}

/** The first of two numbers: one for calls, one for `new`. */
function numberFunction(original: NativeFunction): void {
  if (numbers.has(original) || isForeignObject(original)) return;
  const context = presentContext(original);
  const call = function (this: unknown, ...args: unknown[]): unknown {
    return withResult(() => reflectApply(original, this, args));
  };
  const construct = function (this: unknown, ...args: unknown[]): unknown {
    return withResult(() => reflectConstruct(original as unknown as NativeClass, args));
  };
  numbers.set(original, numberPassed({ call, context }));
  numberPassed({ call: construct, context });
  if (recording()) pair(original, standInFor(original, numbers.get(original)!));
}

/** Both modes: runs a function of the program for an addon. */
function withResult(run: () => unknown): unknown {
  let result: unknown;
  try {
    result = run();
  } catch (error) {
    noteResult(error);
    throw error;
  }
  noteResult(result);
  return passOut(result);
}

/** Recording: what the addon gets in the place of a function. */
function standInFor(original: NativeFunction, id: number): NativeFunction {
  const standIn = function (this: unknown, ...args: unknown[]): unknown {
    if (new.target) {
      const logged = calledByAddon.log(id + 1, undefined, args);
      return withResult(() => reflectConstruct(original as unknown as NativeClass, logged.args));
    }
    const logged = calledByAddon.log(id, this, args);
    return withResult(() => reflectApply(original, logged.self, logged.args));
  };
  const { prototype } = original as { prototype?: unknown };
  if (prototype) defineProperty(standIn, 'prototype', { value: prototype });
  for (const key of ['name', 'length']) {
    const descriptor = getOwnPropertyDescriptor(original, key);
    if (descriptor) defineProperty(standIn, key, descriptor);
  }
  return standIn;
}

function outward(value: unknown): unknown {
  if (typeof value === 'function') return nativeOf(value) ?? value;
  if (typeof value !== 'object' || value === null || !holders.get(value)) return value;
  if (isArray(value)) {
    const copy: unknown[] = [];
    for (let i = 0; i < value.length; i++) copy[i] = outward(value[i]);
    return copy;
  }
  const known = nativeOf(value);
  if (known) return known;
  const proxy = new Proxy(objectCreate(getPrototypeOf(value)) as object, viewOf(value));
  pair(value, proxy);
  return proxy;
}

/** The object as it is at any time, with functions that log. */
function viewOf(object: object): ProxyHandler<object> {
  return {
    get: (_, key) => outward(Reflect.get(object, key)),
    set: (_, key, value) => Reflect.set(object, key, value),
    has: (_, key) => Reflect.has(object, key),
    deleteProperty: (_, key) => Reflect.deleteProperty(object, key),
    ownKeys: () => reflectOwnKeys(object),
    getPrototypeOf: () => getPrototypeOf(object),
    getOwnPropertyDescriptor(_, key) {
      const descriptor = getOwnPropertyDescriptor(object, key);
      if (!descriptor) return undefined;
      if ('value' in descriptor) descriptor.value = outward(descriptor.value);
      return { ...descriptor, configurable: true };
    },
  };
}
