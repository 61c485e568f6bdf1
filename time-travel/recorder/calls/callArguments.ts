/** What a call hands to native code: objects with identity, functions that it may call, objects that it fills in. */
import { getPrototypeOf, hasOwn, ObjectPrototype, objectAssign, objectKeys } from '../../recording/safeBuiltins.ts';
import { state } from '../boundaryState.ts';
import type { NativeFunction } from '../start/natives.ts';
import { wrapCallback } from './callbacks.ts';
import { classOf, idOf, isKnown } from './identities.ts';
import { noteOf } from './notes.ts';

/**
 * Gives ids and wraps callbacks, identically in both modes. False for a call by which a native object is only being made
 * (a message port calls into JavaScript then): it is no crossing.
 */
export function prepare(self: unknown, args: unknown[], raw: boolean | undefined): boolean {
  const info = classOf(self);
  if (info) {
    if (info.begin && !isKnown(self as object)) return false;
    idOf(self as object);
  }
  if (raw) return true;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (typeof arg === 'function') args[i] = wrapCallback(arg as NativeFunction);
    else if (typeof arg === 'object' && arg !== null && !noteOf(arg)?.id && classOf(arg)) {
      if (hasOwn(arg as object, 'oncomplete')) hookEarlyRequest(arg as { oncomplete?: unknown });
      idOf(arg as object);
    }
  }
  return true;
}

/**
 * Library modules that were loaded before the boundary (for `--test`) make requests with the native constructor, which puts
 * `oncomplete` on the request itself: taken off and set again it reaches the hook on the prototype.
 */
function hookEarlyRequest(request: { oncomplete?: unknown }): void {
  const { oncomplete } = request;
  delete request.oncomplete;
  if (oncomplete) request.oncomplete = oncomplete;
}

/** Index and key count of the plain objects among the arguments: one that gains keys is an out-parameter. */
export function plainObjects(args: readonly unknown[]): number[] | undefined {
  let found: number[] | undefined;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg !== null && typeof arg === 'object' && !noteOf(arg) && isPlain(arg)) {
      found ??= [];
      found[found.length] = i;
      found[found.length] = objectKeys(arg).length;
    }
  }
  return found;
}

function isPlain(object: object): boolean {
  const prototype = getPrototypeOf(object);
  return prototype === ObjectPrototype || prototype === null;
}

export function gainedKeys(plain: readonly number[], args: readonly unknown[]): boolean {
  for (let i = 0; i < plain.length; i += 2) {
    if (objectKeys(args[plain[i]!] as object).length !== plain[i + 1]) return true;
  }
  return false;
}

export function writeOuts(plain: readonly number[], args: readonly unknown[]): void {
  const { encoder } = state.writer;
  for (let i = 0; i < plain.length; i += 2) {
    encoder.byte(plain[i]! + 1);
    encoder.value({ ...(args[plain[i]!] as object) });
  }
  encoder.byte(0);
}

export function readOuts(args: readonly unknown[]): void {
  const { decoder } = state.reader;
  for (let i = decoder.byte(); i > 0; i = decoder.byte()) objectAssign(args[i - 1] as object, decoder.value());
}

export const requestOf = (args: readonly unknown[]): object | undefined => {
  const last = args[args.length - 1];
  return classOf(last) ? (last as object) : undefined;
};
