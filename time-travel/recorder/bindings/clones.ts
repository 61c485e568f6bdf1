/**
 * What one thread sends to another is a clone. The log has it as V8 itself writes such a clone, so that in replay everything
 * of it is as it was: what is the same object twice, stacks of errors, views of one buffer.
 */
import {
  getOwnPropertyDescriptor,
  getPrototypeOf,
  isAnyArrayBuffer,
  isArray,
  isView,
  mapForEach,
  ObjectPrototype,
  objectKeys,
  reflectApply,
  SafeWeakMap,
  setForEach,
} from '../../recording/safeBuiltins.ts';
import { classOf } from '../calls/identities.ts';
import { registerPortable } from '../calls/portable.ts';
import { disguise } from '../disguise/disguise.ts';
import { internalBinding, type NativeFunction } from '../start/natives.ts';

interface Serializer {
  _getDataCloneError: ErrorConstructor;
  _writeHostObject(object: object): void;
  writeHeader(): void;
  writeValue(value: unknown): void;
  writeUint32(value: number): void;
  releaseBuffer(): Uint8Array;
}
interface Deserializer {
  _readHostObject(): unknown;
  readHeader(): void;
  readValue(): unknown;
  readUint32(): number;
}

/** Stands for a clone where it crosses. */
export class Clone {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

type Flat = [bytes: Uint8Array, objects: object[]];

export function installClones(): void {
  const { Serializer, Deserializer } = internalBinding('serdes') as {
    Serializer: new () => Serializer;
    Deserializer: new (bytes: Uint8Array) => Deserializer;
  };
  function flatten(value: unknown): Flat {
    const objects: object[] = [];
    const serializer = new Serializer();
    serializer._getDataCloneError = Error;
    serializer._writeHostObject = (object) => {
      serializer.writeUint32(objects.length);
      objects[objects.length] = object;
    };
    serializer.writeHeader();
    serializer.writeValue(value);
    return [serializer.releaseBuffer(), objects];
  }
  function revive([bytes, objects]: Flat): unknown {
    const deserializer = new Deserializer(bytes);
    deserializer._readHostObject = () => objects[deserializer.readUint32()];
    deserializer.readHeader();
    return deserializer.readValue();
  }
  registerPortable({
    name: 'Clone',
    prototype: Clone.prototype,
    flatten(clone) {
      try {
        return flatten((clone as Clone).value);
      } catch {
        // A compiled WebAssembly module, for example: its place is kept.
        return flatten(undefined);
      }
    },
    revive: (data) => new Clone(revive(data as Flat)),
  });
}

/** The value as it crosses: what the log holds by itself (a text, a native object that is pure data) stays as it is. */
export function cloneOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && isPlainData(value) ? new Clone(value) : value;
}

export const contentOf = (crossed: unknown): unknown => (crossed instanceof Clone ? crossed.value : crossed);

/** What gives a message gives it as it crosses. */
export const asClone = (native: NativeFunction): NativeFunction =>
  function (this: unknown, ...args) {
    return cloneOf(reflectApply(native, this, args));
  };

/** What the program calls for a message: `wrapped` gives it as it crossed, `original` is what it looks like. */
export const asContent = (wrapped: NativeFunction, original: object): NativeFunction =>
  disguise(
    function (this: unknown, ...args) {
      return contentOf(reflectApply(wrapped, this, args));
    } as NativeFunction,
    original,
  );

/** False where a part of it has a class of Node's library, or is shared memory, which V8 alone would lose. */
function isPlainData(root: object): boolean {
  const seen = new SafeWeakMap<object, true>();
  const waiting: unknown[] = [root];
  const add = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.set(value, true);
    waiting[waiting.length] = value;
  };
  while (waiting.length > 0) {
    const value = waiting[waiting.length - 1] as object;
    waiting.length--;
    const buffer: unknown = isView(value) ? value.buffer : value;
    if (buffer instanceof SharedArrayBuffer) return false;
    if (isAnyArrayBuffer(buffer as object) || classOf(value)) continue;
    const prototype = getPrototypeOf(value);
    if (prototype !== null && !PLAIN.has(prototype)) return false;
    if (isArray(value) || prototype === null || prototype === ObjectPrototype) addParts(value, add);
    else if (value instanceof Map) {
      mapForEach(value, (item: unknown, key: unknown) => {
        add(key);
        add(item);
      });
    } else if (value instanceof Set) setForEach(value, add);
    else addParts(value, add);
  }
  return true;
}

function addParts(value: object, add: (part: unknown) => void): void {
  const keys = objectKeys(value);
  for (let i = 0; i < keys.length; i++) add(getOwnPropertyDescriptor(value, keys[i]!)?.value);
}

/** Prototypes of what V8 clones by itself. */
const PLAIN = new SafeWeakMap<object, true>();
for (const type of [Object, Array, Map, Set, Date, RegExp, Boolean, Number, String, BigInt])
  PLAIN.set(type.prototype, true);
for (const type of [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError]) {
  PLAIN.set(type.prototype, true);
}
