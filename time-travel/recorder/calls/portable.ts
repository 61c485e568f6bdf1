/**
 * Native objects that are pure data: they cross as that data and are made again, as real native objects, in replay.
 * A cryptographic key is one.
 */
import { getPrototypeOf, SafeMap, SafeWeakMap } from '../../recording/safeBuiltins.ts';

export interface PortableClass {
  name: string;
  prototype: object;
  /** Of native code, so that V8 asks what to write where one is part of a message. */
  host?: boolean;
  /** Plain data from which `revive` makes an equal object; undefined when this object cannot be carried. */
  flatten(object: object): unknown;
  revive(data: unknown): object;
}

const byPrototype = new SafeWeakMap<object, PortableClass>();
const byName = new SafeMap<string, PortableClass>();

export function registerPortable(portable: PortableClass): void {
  byPrototype.set(portable.prototype, portable);
  byName.set(portable.name, portable);
}

export function isHostObject(object: object): boolean {
  const prototype = getPrototypeOf(object);
  return prototype !== null && byPrototype.get(prototype)?.host === true;
}

/** Name and data of an object that travels as data. */
export function flattenObject(object: object): { name: string; data: unknown } | undefined {
  const prototype = getPrototypeOf(object);
  const portable = prototype === null ? undefined : byPrototype.get(prototype);
  const data = portable?.flatten(object);
  return data === undefined ? undefined : { name: portable!.name, data };
}

export function reviveObject(name: string, data: unknown): object {
  const portable = byName.get(name);
  if (!portable) throw new Error(`The recording has a ${name}, which this Node does not know.`);
  return portable.revive(data);
}
