/** What an addon changed in the objects and buffers that a call passed to it, and in the object that was called. */
import {
  getOwnPropertyDescriptor,
  getPrototypeOf,
  isArray,
  isView,
  ObjectPrototype,
  objectIs,
  objectKeys,
  typedArraySet,
} from '../../recording/safeBuiltins.ts';
import { bytesOf, changedPart } from './bytes.ts';
import { isLent } from './lent.ts';

/** Number of the object, then the first byte that changed and the bytes, or all keys that changed with their values. */
export type Change =
  | [object: number, at: number, bytes: Uint8Array]
  | [object: number, values: Record<string, unknown>];

type Kept =
  | { view: ArrayBufferView; before: Uint8Array }
  | { object: Record<string, unknown>; before: Record<string, unknown> };

const LONGEST_LIST = 1000;

/** Both modes, in the same order: what a call passes that an addon can write into. */
export function writableParts(self: unknown, args: readonly unknown[]): object[] {
  const parts: object[] = [];
  addPart(self, parts, 1);
  for (let i = 0; i < args.length; i++) addPart(args[i], parts, 0);
  return parts;
}

function addPart(value: unknown, parts: object[], depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  for (let i = 0; i < parts.length; i++) if (parts[i] === value) return;
  if (isView(value) || depth > 0) {
    parts[parts.length] = value;
    return;
  }
  const prototype = getPrototypeOf(value);
  if (!isArray(value) && prototype !== null && prototype !== ObjectPrototype) return;
  if (isArray(value) && value.length > LONGEST_LIST) return;
  parts[parts.length] = value;
  const keys = objectKeys(value);
  for (let i = 0; i < keys.length; i++) {
    const part: unknown = getOwnPropertyDescriptor(value, keys[i]!)?.value;
    if (isView(part)) addPart(part, parts, 1);
  }
}

/** Recording: how they are before the call. */
export function keepParts(parts: readonly object[]): Kept[] {
  const kept: Kept[] = [];
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    if (!isView(part)) kept[i] = { object: part as Record<string, unknown>, before: ownValues(part) };
    else {
      const before = new Uint8Array(part.byteLength);
      typedArraySet(before, bytesOf(part));
      kept[i] = { view: part, before };
    }
  }
  return kept;
}

/** The bytes of each part that is a view. */
export function bytesBefore(kept: readonly Kept[]): (Uint8Array | undefined)[] {
  const bytes: (Uint8Array | undefined)[] = [];
  for (let i = 0; i < kept.length; i++) {
    const one = kept[i]!;
    bytes[i] = 'view' in one ? one.before : undefined;
  }
  return bytes;
}

/** The own enumerable values of an object, without those of accessors. */
function ownValues(object: object): Record<string, unknown> {
  const values: Record<string, unknown> = { __proto__: null };
  const keys = objectKeys(object);
  for (let i = 0; i < keys.length; i++) {
    const descriptor = getOwnPropertyDescriptor(object, keys[i]!);
    if (descriptor && 'value' in descriptor) values[keys[i]!] = descriptor.value;
  }
  return values;
}

/** Recording: what is another now. @param receive makes a value of the addon one of the program. */
export function changesOf(kept: readonly Kept[], receive: (value: unknown) => unknown): Change[] {
  const changes: Change[] = [];
  for (let i = 0; i < kept.length; i++) {
    const one = kept[i]!;
    const change =
      'view' in one ? changedBytes(i, one.view, one.before) : changedValues(i, one.object, one.before, receive);
    if (change) changes[changes.length] = change;
  }
  return changes;
}

function changedBytes(number: number, view: ArrayBufferView, before: Uint8Array): Change | undefined {
  if (isLent(view)) return undefined;
  const now = bytesOf(view);
  // An addon can take the buffer of a view away.
  const part = now.length === before.length ? changedPart(now, before) : undefined;
  return part && [number, ...part];
}

function changedValues(
  number: number,
  object: Record<string, unknown>,
  before: Record<string, unknown>,
  receive: (value: unknown) => unknown,
): Change | undefined {
  const now = ownValues(object);
  const keys = objectKeys(now);
  let changed: Record<string, unknown> | undefined;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (key in before && objectIs(before[key], now[key])) continue;
    changed ??= {};
    changed[key] = receive(now[key]);
    if (changed[key] !== now[key]) object[key] = changed[key];
  }
  return changed && [number, changed];
}

/** Replay: applies what the log has. */
export function applyChanges(parts: readonly object[], changes: readonly Change[]): void {
  for (let i = 0; i < changes.length; i++) {
    const change = changes[i]!;
    const part = parts[change[0]];
    if (part === undefined) continue;
    if (change.length === 3) {
      const bytes = isView(part) ? bytesOf(part) : undefined;
      if (bytes && change[1] + change[2].length <= bytes.length) typedArraySet(bytes, change[2], change[1]);
    } else setValues(part, change[1]);
  }
}

function setValues(object: object, values: Record<string, unknown>): void {
  const keys = objectKeys(values);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    const flags = getOwnPropertyDescriptor(object, key) ?? { writable: true, enumerable: true, configurable: true };
    if (flags.configurable || flags.writable) Reflect.defineProperty(object, key, { ...flags, value: values[key] });
  }
}
