/**
 * Values on their way out of an addon. While recording, functions, classes and objects of the addon are found in them, told
 * to the log, and given to the program behind the boundary.
 */
import { EventKind } from '../../recording/entryKinds.ts';
import {
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hasOwn,
  isAnyArrayBuffer,
  isArray,
  isView,
  ObjectPrototype,
  promiseThen,
  reflectOwnKeys,
  SafeWeakMap,
} from '../../recording/safeBuiltins.ts';
import { state } from '../boundaryState.ts';
import { idOf, isKnown } from '../calls/identities.ts';
import { hasNativeText } from '../disguise/disguise.ts';
import { beginEvent, endEvent, writeArguments } from '../events/eventWriting.ts';
import { type Written, writtenByAddons } from './lent.ts';
import { canChange, isFixedFunction, isForeignObject, oursOf } from './pairs.ts';
import { byAddon } from './passing.ts';
import { type Body, bodyOf, type Found, fillOurs, type Head, intrinsicName, makeOurs } from './shapes.ts';

/** Recording: gives what the program is to get for a value of an addon. @param path its name in messages */
export function receive(value: unknown, path: string): unknown {
  if (typeof value === 'function') return receiveFunction(value, path);
  return typeof value === 'object' && value !== null ? receiveObject(value, path) : value;
}

function receiveFunction(value: object, path: string): unknown {
  const known = oursOf(value);
  if (known) return known;
  return isKnown(value) || !isNative(value) ? value : adopt(value, path);
}

/** Not written in JavaScript: of an addon, since those of Node and JavaScript are not looked at. */
const isNative = (value: unknown): value is object => typeof value === 'function' && hasNativeText(value);

function receiveObject(value: object, path: string): unknown {
  const known = oursOf(value);
  if (known) return known;
  if (isForeignObject(value) || isKnown(value) || isView(value) || isAnyArrayBuffer(value)) return value;
  const prototype = getPrototypeOf(value);
  if (isArray(value)) return receiveParts(value, path);
  if (prototype === ObjectPrototype || prototype === null) {
    // A value of the system that JavaScript cannot look into has neither keys nor a prototype, too.
    return isWholeInItsValues(value) ? receiveParts(value, path) : adopt(value, path);
  }
  if (value instanceof Promise) return receivePromise(value, path);
  return isOfAddon(prototype) ? adopt(value, path) : value;
}

/** Properties that are hidden, computed or fixed, as Node-API makes them when it is not told otherwise, are logged one by one. */
function isWholeInItsValues(value: object): boolean {
  const keys = reflectOwnKeys(value);
  for (let i = 0; i < keys.length; i++) {
    const descriptor = getOwnPropertyDescriptor(value, keys[i]!)!;
    if (!descriptor.enumerable || !('value' in descriptor) || isFixedFunction(descriptor)) return false;
  }
  return true;
}

function isOfAddon(prototype: object): boolean {
  if (oursOf(prototype)) return true;
  const { value } = getOwnPropertyDescriptor(prototype, 'constructor') ?? {};
  if (value === undefined) return intrinsicName(prototype) === undefined;
  return isNative(value) && !isIntrinsic(value);
}

/** A class of JavaScript or of the web platform. */
function isIntrinsic(type: object): boolean {
  const { name } = type as { name: string };
  return getOwnPropertyDescriptor(globalThis, name)?.value === type;
}

/** Replaces, where they are, what the program must not have as it is. */
function receiveParts(value: object, path: string): object {
  const keys = reflectOwnKeys(value);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    const descriptor = getOwnPropertyDescriptor(value, key);
    const part: unknown = descriptor?.value;
    if (typeof part !== 'function' && (typeof part !== 'object' || part === null)) continue;
    const ours = receive(part, `${path}.${String(key)}`);
    if (ours !== part) Reflect.defineProperty(value, key, { ...descriptor, value: ours });
  }
  return value;
}

const watched = new SafeWeakMap<object, true>();

/** What it settles with is received before the program, and the log, hear of it. */
function receivePromise(promise: Promise<unknown>, path: string): object {
  if (watched.has(promise)) return promise;
  watched.set(promise, true);
  const look = (value: unknown) => {
    tellWritten();
    receive(value, path);
  };
  promiseThen(promise, look, look);
  return promise;
}

/** Tells the log of something new, with everything new that it leads to. */
function adopt(root: object, path: string): object {
  const found: Found[] = [];
  find(root, path, found);
  const made: object[] = [];
  const heads: Head[] = [];
  for (let i = 0; i < found.length; i++) {
    heads[i] = found[i]!.head;
    made[i] = makeOurs(found[i]!.head, found[i]!.native);
    idOf(made[i]!);
  }
  tell({ heads });
  const bodies: Body[] = [];
  // More may be found in them, of which the log hears first.
  for (let i = 0; i < found.length; i++) bodies[i] = bodyOf(found[i]!.native, (value) => receive(value, path));
  tell({ bodies });
  for (let i = 0; i < found.length; i++) fillOurs(made[i]!, heads[i]![1], bodies[i]!, found[i]!.native);
  return made[0]!;
}

type News =
  | { heads: Head[] }
  | { bodies: Body[] }
  | { read: [object: object, key: string | symbol] }
  | { uncaught: true }
  | { written: Written[] };

/** Recording: before anything else of an addon reaches the program. */
export function tellWritten(): void {
  const written = writtenByAddons();
  if (written.length > 0) tell({ written });
}

function tell(news: News): void {
  beginEvent(EventKind.foreign, 0);
  state.writer.encoder.value(news);
  endEvent();
}

/** Adds a native and what it leads to: its prototype, its functions, the classes above it. */
function find(native: object, path: string, found: Found[]): void {
  if (oursOf(native) || isKnown(native)) return;
  for (let i = 0; i < found.length; i++) if (found[i]!.native === native) return;
  if (typeof native !== 'function') {
    found[found.length] = { native, head: [canChange(native) ? 'object' : 'fixed', path, '', 0] };
    const prototype = getPrototypeOf(native);
    if (prototype) findPrototype(prototype, path, found);
    return findFunctions(native, path, found);
  }
  const { name, length } = native as unknown as { name: unknown; length: unknown };
  const { prototype } = native as { prototype?: unknown };
  const isClass = hasOwn(native, 'prototype') && typeof prototype === 'object' && prototype !== null;
  found[found.length] = { native, head: [isClass ? 'function' : 'method', path, String(name), Number(length) || 0] };
  if (isClass) findPrototype(prototype as object, path, found);
  const parent = getPrototypeOf(native);
  if (isNative(parent) && intrinsicName(parent) === undefined) find(parent, path, found);
  findFunctions(native, path, found);
}

function findPrototype(prototype: object, path: string, found: Found[]): void {
  if (oursOf(prototype) || isKnown(prototype) || intrinsicName(prototype) !== undefined) return;
  for (let i = 0; i < found.length; i++) if (found[i]!.native === prototype) return;
  found[found.length] = { native: prototype, head: ['prototype', path, '', 0] };
  const parent = getPrototypeOf(prototype);
  if (parent) findPrototype(parent, path, found);
  findFunctions(prototype, path, found);
}

function findFunctions(native: object, path: string, found: Found[]): void {
  const keys = reflectOwnKeys(native);
  for (let i = 0; i < keys.length; i++) {
    const value: unknown = getOwnPropertyDescriptor(native, keys[i]!)?.value;
    if (keys[i] !== Symbol.hasInstance && isNative(value) && !isIntrinsic(value))
      find(value, `${path}.${String(keys[i])}`, found);
  }
}

/** The event of an addon that calls a function of the program. */
byAddon.call = (id, self, args) => {
  tellWritten();
  const ours = receive(self, 'this');
  const received: unknown[] = [];
  for (let i = 0; i < args.length; i++) received[i] = receive(args[i], 'argument');
  beginEvent(EventKind.callback, 0);
  const { encoder } = state.writer;
  encoder.varint(id);
  encoder.value(ours === globalThis ? undefined : ours);
  writeArguments(received);
  endEvent();
  return { self: ours, args: received };
};

byAddon.read = (object, key) => tell({ read: [object, key] });
byAddon.fail = () => tell({ uncaught: true });
