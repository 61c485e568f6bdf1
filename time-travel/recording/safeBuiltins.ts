/**
 * Built-ins taken before the recorded program can replace them: the recorder shares its realm with the program,
 * so nothing here may look a method up on a prototype at run time.
 */
const { apply, ownKeys, construct } = Reflect;
const { bind, call } = Function.prototype;

/** Turns a method into a function that takes `this` first. */
// biome-ignore lint/complexity/noBannedTypes: `bind.bind(call)` is the one way to do it without a lookup.
export const uncurryThis = bind.bind(call as Function) as unknown as <This, Args extends unknown[], Result>(
  method: (this: This, ...args: Args) => Result,
) => (self: This, ...args: Args) => Result;

export const reflectApply = apply;
export const reflectOwnKeys = ownKeys;
export const reflectConstruct = construct;
export const {
  getPrototypeOf,
  setPrototypeOf,
  defineProperty,
  getOwnPropertyDescriptor,
  getOwnPropertyNames,
  keys: objectKeys,
  entries: objectEntries,
  create: objectCreate,
  assign: objectAssign,
  hasOwn,
  is: objectIs,
} = Object;
export const ObjectPrototype = Object.prototype;
export const isArray = Array.isArray;
export const isView = ArrayBuffer.isView;
export const isBuffer = Buffer.isBuffer;
export const bufferFrom = Buffer.from;
export const charCodeAt = uncurryThis(String.prototype.charCodeAt);
export const latin1Write = uncurryThis(
  (Buffer.prototype as unknown as Record<string, (this: Uint8Array, text: string, at: number, n: number) => number>)
    .latin1Write!,
);
export const utf16Write = uncurryThis(
  (Buffer.prototype as unknown as Record<string, (this: Uint8Array, text: string, at: number, n: number) => number>)
    .ucs2Write!,
);
export const latin1Slice = uncurryThis(
  (Buffer.prototype as unknown as Record<string, (this: Uint8Array, start: number, end: number) => string>)
    .latin1Slice!,
);
export const utf16Slice = uncurryThis(
  (Buffer.prototype as unknown as Record<string, (this: Uint8Array, start: number, end: number) => string>).ucs2Slice!,
);
export const typedArraySet = uncurryThis(Uint8Array.prototype.set);
export const typedArrayFill = uncurryThis(
  Uint8Array.prototype.fill as (this: Uint8Array, value: number, start?: number, end?: number) => Uint8Array,
);
export const subarray = uncurryThis(Uint8Array.prototype.subarray);
export const regExpExec = uncurryThis(RegExp.prototype.exec);
export const regExpReplace = uncurryThis(
  RegExp.prototype[Symbol.replace] as (this: RegExp, text: string, by: string) => string,
);
export const PromisePrototype = Promise.prototype;
export const promiseThen = uncurryThis(Promise.prototype.then);
export const mapForEach = uncurryThis(Map.prototype.forEach);
export const mapClear = uncurryThis(Map.prototype.clear);
export const mapSet = uncurryThis(Map.prototype.set);
export const setAdd = uncurryThis(Set.prototype.add);
export const setClear = uncurryThis(Set.prototype.clear);
export const setForEach = uncurryThis(Set.prototype.forEach);
export const mapSize = uncurryThis(getOwnPropertyDescriptor(Map.prototype, 'size')!.get!) as (map: unknown) => number;
export const setSize = uncurryThis(getOwnPropertyDescriptor(Set.prototype, 'size')!.get!) as (set: unknown) => number;
export const dateGetTime = uncurryThis(Date.prototype.getTime);
export const bigintToString = uncurryThis(BigInt.prototype.toString);
export const startsWith = uncurryThis(String.prototype.startsWith);
export const stringSplit = uncurryThis(String.prototype.split as (this: string, by: string) => string[]);
export const stringSlice = uncurryThis(String.prototype.slice);
export const stringIndexOf = uncurryThis(String.prototype.indexOf);
export const stringFromCode = String.fromCharCode;
export const endsWith = uncurryThis(String.prototype.endsWith);
/** Node 22 and later. */
export const arrayBufferTransfer = uncurryThis(
  (ArrayBuffer.prototype as unknown as { transfer(this: ArrayBuffer): ArrayBuffer }).transfer,
) as (buffer: ArrayBuffer) => ArrayBuffer;
export const arrayConcat = uncurryThis(Array.prototype.concat as (this: unknown[], more: unknown[]) => unknown[]);
export const arrayPush = uncurryThis(Array.prototype.push);

const typedArrayTag = getOwnPropertyDescriptor(getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)!.get!;
/** `Uint8Array`, `Float64Array` ..., or undefined for a DataView: safe against a forged constructor. */
export const typedArrayName = uncurryThis(typedArrayTag) as (view: unknown) => string | undefined;

const typedArrayPrototype = getPrototypeOf(Uint8Array.prototype) as object;
export const typedArrayBuffer = uncurryThis(getOwnPropertyDescriptor(typedArrayPrototype, 'buffer')!.get!) as (
  view: unknown,
) => ArrayBuffer;
export const typedArrayOffset = uncurryThis(getOwnPropertyDescriptor(typedArrayPrototype, 'byteOffset')!.get!) as (
  view: unknown,
) => number;
const typedArrayLength = uncurryThis(
  getOwnPropertyDescriptor(getPrototypeOf(Uint8Array.prototype), 'byteLength')!.get!,
);
const dataViewLength = uncurryThis(getOwnPropertyDescriptor(DataView.prototype, 'byteLength')!.get!);
/** In bytes, whatever the object itself says. @throws for a DataView outside of its buffer */
export const viewLength = (view: ArrayBufferView): number =>
  (typedArrayName(view) === undefined ? dataViewLength(view) : typedArrayLength(view)) as number;

const arrayBufferLength = uncurryThis(getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength')!.get!);
const sharedBufferLength = uncurryThis(getOwnPropertyDescriptor(SharedArrayBuffer.prototype, 'byteLength')!.get!);
export function isAnyArrayBuffer(value: object): value is ArrayBuffer | SharedArrayBuffer {
  if (!(value instanceof ArrayBuffer) && !(value instanceof SharedArrayBuffer)) return false;
  try {
    if (value instanceof ArrayBuffer) arrayBufferLength(value);
    else sharedBufferLength(value);
    return true;
  } catch {
    return false;
  }
}

/** A WeakMap, Map or Set whose methods are its own, so that changed prototypes do not reach it. */
export class SafeWeakMap<K extends WeakKey, V> extends WeakMap<K, V> {}
export class SafeMap<K, V> extends Map<K, V> {}
for (const [safe, base] of [
  [SafeWeakMap.prototype, WeakMap.prototype],
  [SafeMap.prototype, Map.prototype],
] as const) {
  for (const key of ownKeys(base)) {
    if (key !== 'constructor') defineProperty(safe, key, getOwnPropertyDescriptor(base, key)!);
  }
  setPrototypeOf(safe, null);
}
