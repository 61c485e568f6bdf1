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
  promiseThen,
  reflectApply,
  reflectConstruct,
  reflectOwnKeys,
  SafeMap,
  SafeWeakMap,
} from '../../recording/safeBuiltins.ts';
import { presentContext } from '../asyncHooks/asyncContext.ts';
import { recording } from '../boundaryState.ts';
import { numberPassed } from '../calls/callbacks.ts';
import { idOf } from '../calls/identities.ts';
import { hasNativeText } from '../disguise/disguise.ts';
import { internalBinding, type NativeClass, type NativeFunction } from '../start/natives.ts';
import { isFixed, isForeignObject, nativeOf, pair } from './pairs.ts';
import { noteResult } from './results.ts';

/** How deep functions are looked for in what is passed. */
const DEPTH = 8;
/** A longer list is taken for data. */
const LONGEST_LIST = 1000;

/** Recording: logs what the addon does with what it was passed. Set by `receiving.ts`, which needs this file. */
export const byAddon = {
  call: (_id: number, self: unknown, args: unknown[]): { self: unknown; args: unknown[] } => ({ self, args }),
  read: (_object: object, _key: string | symbol): void => undefined,
  fail: (): void => undefined,
};

const numbers = new SafeWeakMap<object, number>();
/** What was looked at, and whether something in it is another thing on the addon's side. */
const holders = new SafeWeakMap<object, boolean>();
const { isProxy } = internalBinding('types') as { isProxy(value: unknown): boolean };

/** Objects that are looked at now: what contains itself is looked at once. */
type Walk = SafeMap<object, true>;

/** Gives what the addon is to receive for `value`. */
export function passOut(value: unknown): unknown {
  if (value instanceof Promise) return passPromise(value);
  if (typeof value === 'object' || typeof value === 'function') isOther(value, 0, new SafeMap());
  return recording() ? outward(value) : value;
}

/** What the promise settles with is passed, too. */
function passPromise(promise: Promise<unknown>): Promise<unknown> {
  const passed = promiseThen(promise, passOut);
  if (!recording()) promiseThen(passed, undefined, () => undefined);
  return passed;
}

/** Numbers the functions in `value`; true when the addon must get something else for it. */
function isOther(value: unknown, depth: number, walk: Walk): boolean {
  if (typeof value === 'function') {
    numberFunction(value as NativeFunction);
    return true;
  }
  if (typeof value !== 'object' || value === null || depth > DEPTH) return false;
  if (isData(value)) return isFixed(value);
  const known = holders.get(value);
  if (walk.has(value)) return known === true;
  walk.set(value, true);
  if (known !== undefined && !isPlain(value)) return known;
  holders.set(value, false);
  const is = isProxy(value) || holdsOthers(value, depth, walk);
  holders.set(value, is);
  if (is && !isArray(value)) idOf(value);
  return is;
}

function isPlain(value: object): boolean {
  if (isProxy(value)) return false;
  const prototype = getPrototypeOf(value);
  return prototype === null || prototype === ObjectPrototype || isArray(value);
}

function holdsOthers(value: object, depth: number, walk: Walk): boolean {
  let holds = hasOthers(value, depth, walk);
  if (isPlain(value)) return holds;
  for (let at = getPrototypeOf(value); at && at !== ObjectPrototype; at = getPrototypeOf(at)) {
    if (hasOthers(at, DEPTH, walk)) holds = true;
  }
  return holds;
}

/** An accessor can give anything. */
function hasOthers(object: object, depth: number, walk: Walk): boolean {
  if (isArray(object) && object.length > LONGEST_LIST) return false;
  let has = false;
  const keys = reflectOwnKeys(object);
  for (let i = 0; i < keys.length; i++) {
    const descriptor = keys[i] === 'constructor' ? undefined : getOwnPropertyDescriptor(object, keys[i]!);
    if (descriptor && (descriptor.get !== undefined || isOther(descriptor.value, depth + 1, walk))) has = true;
  }
  return has;
}

/** Reaches the addon as it is, unless it stands for one of the addon's objects. */
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

/** What a function that an addon called threw last. */
let thrown: unknown;

/** Recording: the addon has handed it on to who called it. */
export function forgetThrown(): void {
  thrown = undefined;
}

/** Recording: such an error was caught by nobody. */
export const isThrownToAddon = (error: unknown): boolean => error !== undefined && error === thrown;

/** Replay: the same. */
export function throwUncaught(): never {
  throw thrown;
}

/** Both modes: runs a function of the program for an addon. */
function withResult(run: () => unknown): unknown {
  let result: unknown;
  try {
    result = run();
  } catch (error) {
    noteResult(error);
    thrown = error;
    // Whether it ends there is the addon's to decide: in replay the log says so when not.
    if (recording()) throw error;
    return undefined;
  }
  noteResult(result);
  return passOut(result);
}

/** Recording: what the addon gets in the place of a function. */
function standInFor(original: NativeFunction, id: number): NativeFunction {
  const standIn = function (this: unknown, ...args: unknown[]): unknown {
    if (new.target) {
      const logged = byAddon.call(id + 1, undefined, args);
      return withResult(() => reflectConstruct(original as unknown as NativeClass, logged.args));
    }
    const logged = byAddon.call(id, this, args);
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
  if (typeof value !== 'object' || value === null) return value;
  const known = nativeOf(value);
  if (known || !holders.get(value)) return known ?? value;
  if (isArray(value)) {
    const copy: unknown[] = [];
    for (let i = 0; i < value.length; i++) copy[i] = outward(value[i]);
    return copy;
  }
  const proxy = new Proxy(objectCreate(getPrototypeOf(value)) as object, viewOf(value));
  pair(value, proxy);
  return proxy;
}

/** The object as it is at any time, with functions that log. */
function viewOf(object: object): ProxyHandler<object> {
  return {
    get: (_, key) => readByAddon(object, key),
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

/** A read that runs code of the program, or finds what was not there when the object was passed, is an event. */
function readByAddon(object: object, key: string | symbol): unknown {
  const value = isProxy(object) ? unseen : plainValue(object, key);
  if (value !== unseen) return outward(value);
  byAddon.read(object, key);
  return readProperty(object, key);
}

/** Both modes: what the addon read. */
export const readProperty = (object: object, key: string | symbol): unknown => passOut(Reflect.get(object, key));

const unseen = Symbol('unseen');

function plainValue(object: object, key: string | symbol): unknown {
  for (let at: object | null = object; at; at = getPrototypeOf(at)) {
    const descriptor = getOwnPropertyDescriptor(at, key);
    if (!descriptor) continue;
    return 'value' in descriptor && wasSeen(descriptor.value) ? descriptor.value : unseen;
  }
  return undefined;
}

function wasSeen(value: unknown): boolean {
  if (typeof value === 'function') return numbers.has(value) || isForeignObject(value) || hasNativeText(value);
  return typeof value !== 'object' || value === null || holders.has(value) || isData(value);
}
