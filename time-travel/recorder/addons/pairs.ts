/**
 * What an addon made, and what stands for it on the program's side; what the program made, and what stands for it on the
 * addon's side. Objects of an addon stand for themselves; its functions and the prototypes of its classes are replaced.
 */
import { getOwnPropertyDescriptor, reflectOwnKeys, SafeWeakMap } from '../../recording/safeBuiltins.ts';

const inward = new SafeWeakMap<object, object>();
const outward = new SafeWeakMap<object, object>();
const objects = new SafeWeakMap<object, true>();

/** @param ours what the program has @param native what the addon has; undefined in replay, where there is no addon. */
export function pair(ours: object, native: object | undefined): void {
  if (!native) return;
  inward.set(native, ours);
  outward.set(ours, native);
}

/** What the program knows for something that the addon holds. */
export const oursOf = (native: object): object | undefined => inward.get(native);
/** What the addon knows for something that the program holds. */
export const nativeOf = (ours: object): object | undefined => outward.get(ours);

/** What an addon made, as the program knows it. */
export function addForeignObject(object: object): void {
  objects.set(object, true);
}
export const isForeignObject = (object: object): boolean => objects.has(object);

const fixed = new SafeWeakMap<object, true>();
/** An object whose prototype cannot be changed: while recording, too, the program has another one that stands for it. */
export function addFixed(object: object): void {
  fixed.set(object, true);
}
export const isFixed = (object: object): boolean => fixed.has(object);

/** A function that cannot be replaced where it is. */
export const isFixedFunction = (descriptor: PropertyDescriptor): boolean =>
  typeof descriptor.value === 'function' && !descriptor.configurable && !descriptor.writable;

/** Recording: whether the object can be given another prototype, and other functions and accessors than its own. */
export function canChange(object: object): boolean {
  const keys = reflectOwnKeys(object);
  for (let i = 0; i < keys.length; i++) {
    const descriptor = getOwnPropertyDescriptor(object, keys[i]!);
    if (descriptor && (isFixedFunction(descriptor) || (descriptor.get && !descriptor.configurable))) return false;
  }
  const prototype = Reflect.getPrototypeOf(object);
  // The same prototype would be taken by an object that can take no other.
  return Reflect.setPrototypeOf(object, { __proto__: prototype }) && Reflect.setPrototypeOf(object, prototype);
}
