/**
 * Identity across the boundary. Native objects get ids in the order in which JavaScript first sees them cross, which is
 * the same order in both modes; in replay plain objects with the native prototypes stand in for them.
 */
import type { DecoderHooks } from '../../recording/decoder.ts';
import type { EncoderHooks } from '../../recording/encoder.ts';
import {
  getPrototypeOf,
  objectCreate,
  objectKeys,
  reflectApply,
  SafeMap,
  SafeWeakMap,
  setPrototypeOf,
} from '../../recording/safeBuiltins.ts';
import { idStamps } from '../asyncHooks/stamps.ts';
import { state } from '../boundaryState.ts';
import { sharedArray, sharedIndex, sharedLength } from '../memory/sharedArrays.ts';
import { memoryNumber, memoryOf } from '../memory/sharedMemory.ts';
import { internalBinding } from '../start/natives.ts';
import type { ClassInfo } from './classInfo.ts';
import { newNote, noteOf } from './notes.ts';
import { flattenObject, reviveObject } from './portable.ts';
import { promiseOf, watchPromise } from './promises.ts';

export type { ClassInfo };

const classesByPrototype = new SafeWeakMap<object, ClassInfo>();
const classesByName = new SafeMap<string, ClassInfo>();
/** Replay: what native code still has, so that the log may name it. */
const objects = new SafeMap<number, object>();
/** Replay: what only the program may still have. */
const released = new SafeMap<number, WeakRef<object>>();
/** Number of these at which the dead ones are looked for. */
let crowd = 4096;
let lastId = 0;

export function registerClass(info: ClassInfo): void {
  classesByPrototype.set(info.type.prototype, info);
  if (info.shim) classesByPrototype.set(info.shim, info);
  classesByName.set(info.name, info);
}

export function addShim(info: ClassInfo, shim: object): void {
  info.shim = shim;
  classesByPrototype.set(shim, info);
}

/** The class of a native object (or of its stand-in), or undefined for everything else. */
export function classOf(value: unknown): ClassInfo | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const note = noteOf(value);
  if (note?.info) return note.info;
  const prototype = getPrototypeOf(value);
  const info = prototype === null ? undefined : classesByPrototype.get(prototype);
  if (info && note) note.info = info;
  return info;
}

/** Objects that have no native class have numbers too. */
let anyOther = false;

function knownId(object: object): number | undefined {
  const id = noteOf(object)?.id;
  if (id) return id;
  return anyOther ? idStamps.get(object) : undefined;
}

function setId(object: object, id: number): void {
  const info = classOf(object);
  if (info) {
    const note = noteOf(object) ?? newNote(object);
    note.id = id;
    note.info = info;
  } else {
    anyOther = true;
    idStamps.set(object, id);
  }
  if (state.mode === 'replay') objects.set(id, object);
}

export function idOf(object: object): number {
  const known = knownId(object);
  if (known !== undefined) return known;
  setId(object, ++lastId);
  return lastId;
}

export const isKnown = (object: object): boolean => knownId(object) !== undefined;

export function objectOf(id: number): object | undefined {
  const object = objects.get(id);
  if (object) return object;
  const reference = released.get(id);
  return reference && (reflectApply(deref, reference, []) as object | undefined);
}

/** The program's own `WeakRef` is another one. */
const { WeakRef: Weak } = globalThis;
const { deref } = Weak.prototype;

/** Replay: native code has completed a request and does not name it any more, unless the program passes it again. */
export function letGo(id: number, object: object): void {
  objects.delete(id);
  released.set(id, new Weak(object));
  if (released.size < crowd) return;
  released.forEach((reference, known) => {
    if (!reflectApply(deref, reference, [])) released.delete(known);
  });
  crowd = 4096 + 2 * released.size;
}

/** Native templates carry own properties like `onconnection: null` that would hide our accessors of that name. */
export function emptyHandlers(object: Record<string, unknown>): string[] {
  const empty: string[] = [];
  const keys = objectKeys(object);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (key[0] === 'o' && key[1] === 'n' && object[key] === null) empty[empty.length] = key;
  }
  return empty;
}

/** @param empty what `emptyHandlers` gave for another of its kind */
export function prepareHandle(object: Record<string, unknown>, info: ClassInfo, empty = emptyHandlers(object)): void {
  for (let i = 0; i < empty.length; i++) delete object[empty[i]!];
  if (info.shim) setPrototypeOf(object, info.shim);
  info.prepare?.(object);
}

/** Replay: an object that stands for a native one. It has no id yet. */
export function newStandIn(info: ClassInfo): object {
  const object = info.make ? info.make() : (objectCreate(info.shim ?? info.type.prototype) as object);
  info.prepare?.(object);
  info.begin?.(object);
  return object;
}

/** Node's own symbols, by which native code answers for example that there is no message. */
const nodeSymbols = new SafeMap<string, symbol>();
for (const value of Object.values(internalBinding('symbols'))) {
  if (typeof value === 'symbol' && value.description !== undefined) nodeSymbols.set(value.description, value);
}

export const encoderHooks: EncoderHooks = {
  sharedIndex,
  sharedLength,
  memoryNumber,
  copy: internalBinding('buffer').copy as EncoderHooks['copy'],
  knownId,
  className: (value) => classOf(value)?.name,
  newId(value) {
    prepareHandle(value as Record<string, unknown>, classOf(value)!);
    return idOf(value);
  },
  flatten: flattenObject,
  promiseId: watchPromise,
};

export const decoderHooks: DecoderHooks = {
  sharedArray,
  memoryOf,
  objectOf,
  promiseOf,
  symbolOf: (description) => nodeSymbols.get(description) ?? Symbol.for(description),
  revive: reviveObject,
  makeHandle(className, id) {
    const info = classesByName.get(className);
    if (!info)
      throw new Error(`The recording has an object of the native class ${className}, which is not recorded here.`);
    const object = newStandIn(info) as Record<string, unknown>;
    setId(object, id);
    if (id > lastId) lastId = id;
    return object;
  },
};
