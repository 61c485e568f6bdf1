/**
 * What one thread sends to another is a clone. The log has it as V8 itself writes such a clone, so that in replay everything
 * of it is as it was: what is the same object twice, stacks of errors, views of one buffer.
 */
import { getPrototypeOf, isAnyArrayBuffer, isView, reflectApply, SafeWeakMap } from '../../recording/safeBuiltins.ts';
import { classOf } from '../calls/identities.ts';
import { isHostObject, registerPortable } from '../calls/portable.ts';
import { disguise } from '../disguise/disguise.ts';
import { internalBinding, type NativeFunction } from '../start/natives.ts';
import { forEachPart, isSubstituted, Substitutes } from './substitutes.ts';

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
  /** What in it has parts that V8 cannot write here. */
  readonly holders: readonly object[];
  constructor(value: unknown, holders: readonly object[] = []) {
    this.value = value;
    this.holders = holders;
  }
}

type Flat = [bytes: Uint8Array, objects: object[]];

export function installClones(): void {
  const { Serializer, Deserializer } = internalBinding('serdes') as {
    Serializer: new () => Serializer;
    Deserializer: new (bytes: Uint8Array) => Deserializer;
  };
  function flatten(value: unknown, holders: readonly object[]): Flat {
    const objects: object[] = [];
    const serializer = new Serializer();
    serializer._getDataCloneError = Error;
    // Any native object makes V8 ask.
    const substitutes = new Substitutes(() => new Serializer());
    serializer._writeHostObject = (object) => {
      serializer.writeUint32(objects.length);
      objects[objects.length] = substitutes.originalOf(object);
    };
    serializer.writeHeader();
    substitutes.during(holders, () => serializer.writeValue(value));
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
      const { value, holders } = clone as Clone;
      try {
        return flatten(value, holders);
      } catch {
        // A compiled WebAssembly module, for example: its place is kept.
        return flatten(undefined, []);
      }
    },
    revive: (data) => new Clone(revive(data as Flat)),
  });
}

/** The value as it crosses: what the log holds by itself (a text, a native object that is pure data) stays as it is. */
export function cloneOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || isSubstituted(value)) return value;
  const holders = holdersIn(value);
  return holders ? new Clone(value, holders) : value;
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

/** Those that have parts which V8 cannot write; undefined where a part has a class that only the log's own way may know. */
function holdersIn(root: object): object[] | undefined {
  const holders: object[] = [];
  let isPlain = true;
  forEachPart(root, (part, holder) => {
    if (!isSubstituted(part)) {
      const kind = kindOf(part);
      if (kind === 'other') isPlain = false;
      return kind === 'plain' && isPlain;
    }
    if (holders[holders.length - 1] !== holder) holders[holders.length] = holder;
    return false;
  });
  return isPlain ? holders : undefined;
}

/** A leaf is written by V8, or by whom V8 asks; what is plain has parts. */
function kindOf(value: object): 'leaf' | 'plain' | 'other' {
  const buffer: unknown = isView(value) ? value.buffer : value;
  if (isAnyArrayBuffer(buffer as object) || classOf(value) || isHostObject(value)) return 'leaf';
  const prototype = getPrototypeOf(value);
  return prototype === null || PLAIN.has(prototype) ? 'plain' : 'other';
}

/** Prototypes of what V8 clones by itself. */
const PLAIN = new SafeWeakMap<object, true>();
for (const type of [Object, Array, Map, Set, Date, RegExp, Boolean, Number, String, BigInt])
  PLAIN.set(type.prototype, true);
for (const type of [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError]) {
  PLAIN.set(type.prototype, true);
}
