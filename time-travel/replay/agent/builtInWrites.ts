/** Whether a call writes a given key of the object. */
type Touches = (key: string) => boolean;
type Seen = (object: unknown, touches: Touches) => void;
type Method = (this: unknown, ...args: unknown[]) => unknown;

const every: Touches = () => true;
const isIndex = (key: string) => /^\d+$/.test(key);
const indexes =
  (start: number, end = Number.POSITIVE_INFINITY): Touches =>
  (key) =>
    key === 'length' || (isIndex(key) && Number(key) >= start && Number(key) < end);

/**
 * Built-in functions that write properties without an assignment in the program's text. They are replaced for one
 * replay, which is thrown away.
 */
export function watchBuiltIns(realm: typeof globalThis, seen: Seen): void {
  const wrap = (holder: object, name: string, what: (self: unknown, args: unknown[]) => [unknown, Touches]) => {
    const original = Reflect.get(holder, name) as Method;
    const replacement = {
      [name](this: unknown, ...args: unknown[]) {
        seen(...what(this, args));
        return Reflect.apply(original, this, args);
      },
    }[name];
    Object.defineProperty(holder, name, { value: replacement, writable: true, configurable: true });
  };
  const { Array: RealmArray, Map: RealmMap, Set: RealmSet, Object: RealmObject, Reflect: RealmReflect } = realm;
  const lengthOf = (self: unknown) => (Array.isArray(self) ? self.length : 0);
  wrap(RealmArray.prototype, 'push', (self, args) => [self, indexes(lengthOf(self), lengthOf(self) + args.length)]);
  wrap(RealmArray.prototype, 'pop', (self) => [self, indexes(lengthOf(self) - 1, lengthOf(self))]);
  for (const name of ['shift', 'unshift', 'sort', 'reverse', 'fill', 'copyWithin']) {
    wrap(RealmArray.prototype, name, (self) => [self, every]);
  }
  wrap(RealmArray.prototype, 'splice', (self, [start]) => [self, indexes(Math.max(0, Number(start) || 0))]);
  for (const name of ['set', 'delete', 'clear']) wrap(RealmMap.prototype, name, contents);
  for (const name of ['add', 'delete', 'clear']) wrap(RealmSet.prototype, name, contents);
  wrap(RealmObject, 'assign', (_self, [target, ...sources]) => [
    target,
    (key) => sources.some((source) => source !== null && source !== undefined && Object.hasOwn(Object(source), key)),
  ]);
  for (const holder of [RealmObject, RealmReflect]) {
    wrap(holder, 'defineProperty', (_self, [target, key]) => [target, (wanted) => wanted === String(key)]);
  }
  for (const name of ['set', 'deleteProperty']) {
    wrap(RealmReflect, name, (_self, [target, key]) => [target, (wanted) => wanted === String(key)]);
  }
}

/** The contents of a Map or Set are asked for by the key of one entry, or as `size`. */
function contents(self: unknown, [key]: unknown[]): [unknown, Touches] {
  return [self, (wanted) => wanted === 'size' || key === undefined || wanted === String(key)];
}
