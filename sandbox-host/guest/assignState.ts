type Container = unknown[] | Map<unknown, unknown> | Set<unknown> | Record<string, unknown>;

/**
 * Makes `target` hold what `source` holds, in place: whoever has a reference to it, or to an object inside it that is still
 * there, sees the new values. Shared objects of `source` stay shared. @throws TypeError when the two are of different kinds
 */
export function assignState(target: object, source: object): void {
  if (kindOf(target) === undefined || kindOf(target) !== kindOf(source)) {
    throw new TypeError('A state keeps its kind: an object, array, Map or Set is not replaced by another.');
  }
  merge(target as Container, source as Container, { homes: new Map(), taken: new Set() });
}

interface Merging {
  /** Each object of the source and the object that stands for it now. */
  homes: Map<object, object>;
  /** Objects that stand for one already: none becomes two things at once. */
  taken: Set<object>;
}

function merge(target: Container, source: Container, merging: Merging): void {
  const { homes, taken } = merging;
  homes.set(source, target);
  taken.add(target);
  const next = (old: unknown, value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const known = homes.get(value);
    if (known !== undefined) return known;
    const kind = kindOf(value);
    if (kind === undefined) {
      homes.set(value, value);
      return value;
    }
    const fits = typeof old === 'object' && old !== null && kindOf(old) === kind && !taken.has(old);
    const home = (fits ? old : value) as Container;
    merge(home, value as Container, merging);
    return home;
  };
  if (Array.isArray(target)) {
    const items = (source as unknown[]).map((value, at) => next(target[at], value));
    target.splice(0, target.length, ...items);
  } else if (target instanceof Map) {
    const entries = [...(source as Map<unknown, unknown>)].map(
      ([key, value]) => [next(undefined, key), next(target.get(key), value)] as const,
    );
    target.clear();
    for (const [key, value] of entries) target.set(key, value);
  } else if (target instanceof Set) {
    const members = [...(source as Set<unknown>)].map((value) => next(undefined, value));
    target.clear();
    for (const member of members) target.add(member);
  } else mergeRecord(target as Record<string, unknown>, source as Record<string, unknown>, next);
}

function mergeRecord(
  target: Record<string, unknown>,
  source: Record<string, unknown>,
  next: (old: unknown, value: unknown) => unknown,
): void {
  for (const key of Object.keys(target)) if (!Object.hasOwn(source, key)) delete target[key];
  for (const key of Object.keys(source)) {
    const value = next(Object.hasOwn(target, key) ? target[key] : undefined, source[key]);
    // A key such as __proto__ is data here.
    if (key === '__proto__') {
      Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
    } else target[key] = value;
  }
}

/** What can be filled anew in place; undefined for dates, bytes, errors and everything else that is replaced whole. */
function kindOf(value: object): string | undefined {
  if (Array.isArray(value)) return 'array';
  if (value instanceof Map) return 'map';
  if (value instanceof Set) return 'set';
  if (value instanceof Date || value instanceof RegExp || value instanceof Error) return undefined;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return undefined;
  return 'object';
}
