import type { StateDocument, StateValue } from '../../protocol/stateDocument.ts';
import { assignState } from './assignState.ts';
import { decodePrimitive, decodeState } from './stateCodec.ts';

/** One value to set or, without `value`, to remove, as a bridge sends it: simple, or a document with root `v`. */
export interface StateChangeOrder {
  path: string[];
  value?: StateValue | { part: StateDocument };
}

/** Sets and removes values inside `root`; objects on the way are made where they are missing. */
export function applyChanges(root: object, changes: readonly StateChangeOrder[]): void {
  for (const { path, value } of changes) {
    const last = path.at(-1);
    if (last === undefined) {
      if (value !== undefined) assignState(root, decoded(value) as object);
      continue;
    }
    const holder = holderOf(root, path.slice(0, -1), value !== undefined);
    if (!holder) continue;
    if (value === undefined) Reflect.deleteProperty(holder, last);
    else setValue(holder, last, decoded(value));
  }
}

type Holder = Record<string, unknown>;

function holderOf(root: object, steps: readonly string[], make: boolean): Holder | undefined {
  let holder = root as Holder;
  for (const step of steps) {
    const next = Object.hasOwn(holder, step) ? holder[step] : undefined;
    if (isRecord(next)) holder = next;
    else if (!make) return undefined;
    else {
      const made: Holder = {};
      setValue(holder, step, made);
      holder = made;
    }
  }
  return holder;
}

/** An array, Map or Set that is there stays the same one where it can. */
function setValue(holder: Holder, key: string, value: unknown): void {
  const old = Object.hasOwn(holder, key) ? holder[key] : undefined;
  if (typeof old === 'object' && old !== null && typeof value === 'object' && value !== null) {
    try {
      assignState(old, value);
      return;
    } catch {
      // Of another kind: replaced.
    }
  }
  if (key === '__proto__') {
    Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
  } else holder[key] = value;
}

function isRecord(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false;
  return !(Array.isArray(value) || value instanceof Map || value instanceof Set || value instanceof Date);
}

function decoded(value: StateValue | { part: StateDocument }): unknown {
  return typeof value === 'object' && value !== null && 'part' in value
    ? decodeState(value.part).get('v')
    : decodePrimitive(value);
}
