import { LastDoubles, MAX_DOUBLES } from './doublesDelta.ts';
import { getU32 } from './logFormat.ts';
import {
  bufferFrom,
  defineProperty,
  latin1Slice,
  SafeMap,
  subarray,
  typedArrayFill,
  typedArraySet,
  utf16Slice,
} from './safeBuiltins.ts';
import { ELEMENT_TYPES, Tag } from './valueTags.ts';

/** How ids in the log become objects of the replaying program. */
export interface DecoderHooks {
  sharedArray(index: number): ArrayBufferView | undefined;
  /** Memory that threads share, by its number and length; undefined when there cannot be such. */
  memoryOf(number: number, length: number): ArrayBufferLike | undefined;
  objectOf(id: number): object | undefined;
  promiseOf(id: number): Promise<unknown>;
  /** The symbol of a description: one of Node's own, or a registered one. */
  symbolOf(description: string): symbol;
  /** Makes a native object from its data. */
  revive(name: string, data: unknown): object;
  /** Told before `MalformedLog` is thrown: between here and a handler there may be frames of a program. */
  malformed?(message: string): void;
  /** Makes the stand-in of a native object; its own properties follow with `setProperties`. */
  makeHandle(className: string, id: number): Record<string, unknown>;
}

/** The bytes do not follow the format: a damaged log that its checksums did not show, or a fault of the writer. */
export class MalformedLog extends Error {}

const doubles = new Float64Array(1);
const doubleBytes = new Uint8Array(doubles.buffer);
const errorClasses = [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError];

/** Reads what `Encoder` wrote, from one chunk at a time. */
export class Decoder {
  bytes: Uint8Array = new Uint8Array(0);
  position = 0;
  readonly names: string[] = [];
  private readonly hooks: DecoderHooks;
  private readonly ancestors: object[] = [];
  private depth = 0;
  private readonly lastDoubles = new LastDoubles();

  constructor(hooks: DecoderHooks) {
    this.hooks = hooks;
  }

  /** Makes the error for bytes that do not follow the format. */
  malformed(message: string): MalformedLog {
    this.hooks.malformed?.(message);
    return new MalformedLog(message);
  }

  byte(): number {
    const value = this.bytes[this.position++];
    if (value === undefined) throw this.malformed('unexpected end of a chunk');
    return value;
  }

  varint(): number {
    const { bytes } = this;
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = bytes[this.position++];
      if (byte === undefined) throw this.malformed('unexpected end of a chunk');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    throw this.malformed('number too long');
  }

  double(): number {
    this.need(8);
    for (let i = 0; i < 8; i++) doubleBytes[i] = this.bytes[this.position + i]!;
    this.position += 8;
    return doubles[0]!;
  }

  private need(count: number): void {
    if (this.position + count > this.bytes.length) throw this.malformed('unexpected end of a chunk');
  }

  /** `count` bytes without copying them. */
  content(count: number): Uint8Array {
    this.need(count);
    const view = subarray(this.bytes, this.position, this.position + count);
    this.position += count;
    return view;
  }

  /** Length and content, not copied. */
  raw(): Uint8Array {
    return this.content(this.varint());
  }

  private copied(): ArrayBuffer {
    const bytes = this.raw();
    const copy = new ArrayBuffer(bytes.length);
    typedArraySet(new Uint8Array(copy), bytes);
    return copy;
  }

  name(): string {
    const id = this.varint();
    if (id < this.names.length) return this.names[id]!;
    if (id > this.names.length) throw this.malformed(`name ${id} before its text`);
    const name = this.value();
    if (typeof name !== 'string') throw this.malformed('a name that is no text');
    this.names.push(name);
    return name;
  }

  value(): unknown {
    const tag = this.byte();
    switch (tag) {
      case Tag.undefined:
        return undefined;
      case Tag.null:
        return null;
      case Tag.true:
        return true;
      case Tag.false:
        return false;
      case Tag.int: {
        const zigzag = this.varint();
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
      case Tag.double:
        return this.double();
      case Tag.latin1: {
        const length = this.varint();
        this.need(length);
        this.position += length;
        return latin1Slice(this.bytes, this.position - length, this.position);
      }
      case Tag.utf16: {
        const length = this.varint();
        this.need(length);
        this.position += length;
        return utf16Slice(this.bytes, this.position - length, this.position);
      }
      case Tag.bigint:
        return this.bigint();
      case Tag.symbol:
        return this.hooks.symbolOf(this.text());
      case Tag.function:
        return () => undefined;
      case Tag.opaque:
        return {};
      case Tag.date:
        return new Date(this.double());
      default:
        return this.object(tag);
    }
  }

  private bigint(): bigint {
    const text = this.text();
    if (!/^-?[0-9]+$/.test(text)) throw this.malformed('a bigint that is no number');
    return BigInt(text);
  }

  text(): string {
    const text = this.value();
    if (typeof text !== 'string') throw this.malformed('text expected');
    return text;
  }

  private object(tag: number): unknown {
    switch (tag) {
      case Tag.buffer:
        return bufferFrom(this.copied());
      case Tag.typedArray: {
        const Type = ELEMENT_TYPES[this.byte()];
        if (!Type) throw this.malformed('unknown element type');
        const copy = this.copied();
        const size = 'BYTES_PER_ELEMENT' in Type ? Type.BYTES_PER_ELEMENT : 1;
        if (copy.byteLength % size) throw this.malformed('a typed array with half an element');
        return new (Type as Uint8ArrayConstructor)(copy);
      }
      case Tag.arrayBuffer:
        return this.copied();
      case Tag.shared: {
        const array = this.hooks.sharedArray(this.varint());
        const bytes = this.raw();
        if (!array || array.byteLength < bytes.length) throw this.malformed('unknown shared array');
        const target = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
        typedArrayFill(target, 0, bytes.length);
        typedArraySet(target, bytes);
        return array;
      }
      case Tag.doubles:
        return this.doubles();
      case Tag.sharedMemory:
        return this.sharedMemory();
      case Tag.sharedView:
        return this.sharedView();
      case Tag.known: {
        const id = this.varint();
        const object = this.hooks.objectOf(id);
        if (!object) throw this.malformed(`object ${id} is not known`);
        return object;
      }
      case Tag.array:
        return this.array();
      case Tag.object:
        return this.container({});
      case Tag.nullObject:
        return this.container({ __proto__: null });
      case Tag.cycle: {
        const place = this.varint();
        if (place >= this.depth) throw this.malformed('a cycle without its object');
        return this.ancestors[place];
      }
      case Tag.error:
        return this.error();
      case Tag.promise:
        return this.hooks.promiseOf(this.varint());
      case Tag.map: {
        const map = new Map();
        for (let left = this.varint(); left > 0; left--) map.set(this.value(), this.value());
        return map;
      }
      case Tag.set: {
        const set = new Set();
        for (let left = this.varint(); left > 0; left--) set.add(this.value());
        return set;
      }
      case Tag.portable:
        return this.hooks.revive(this.name(), this.value());
      case Tag.handle:
        return this.properties(this.hooks.makeHandle(this.name(), this.varint()));
    }
    throw this.malformed(`unknown value tag ${tag}`);
  }

  private doubles(): ArrayBufferView {
    const shared = this.byte();
    const length = this.byte();
    if (length > MAX_DOUBLES) throw this.malformed('too many doubles');
    const last = this.lastDoubles.of(length);
    for (let left = this.byte(); left > 0; left--) {
      const index = this.byte();
      if (index >= length) throw this.malformed('a double behind the last');
      this.need(8);
      last[index * 2] = getU32(this.bytes, this.position);
      last[index * 2 + 1] = getU32(this.bytes, this.position + 4);
      this.position += 8;
    }
    const array = shared === 0 ? new Float64Array(length) : this.hooks.sharedArray(shared - 1);
    if (!array || array.byteLength < length * 8) throw this.malformed('unknown shared array');
    typedArraySet(new Uint8Array(array.buffer, array.byteOffset, length * 8), new Uint8Array(last.buffer));
    return array;
  }

  private sharedMemory(): ArrayBufferLike {
    const memory = this.hooks.memoryOf(this.varint(), this.varint());
    if (!memory) throw this.malformed('unknown shared memory');
    return memory;
  }

  private sharedView(): unknown {
    const Type = ELEMENT_TYPES[this.byte()];
    if (!Type || this.byte() !== Tag.sharedMemory) throw this.malformed('a view of no shared memory');
    const memory = this.sharedMemory();
    const [start, length] = [this.varint(), this.varint()];
    if (!(memory instanceof SharedArrayBuffer)) return memory;
    const size = 'BYTES_PER_ELEMENT' in Type ? Type.BYTES_PER_ELEMENT : 1;
    if (start % size || length % size || start + length > memory.byteLength) {
      throw this.malformed('a view outside of its shared memory');
    }
    return new (Type as Uint8ArrayConstructor)(memory, start, length / size);
  }

  private array(): unknown[] {
    const length = this.varint();
    this.need(length);
    const array: unknown[] = [];
    array.length = length;
    this.ancestors[this.depth++] = array;
    for (let i = 0; i < length; i++) {
      if (this.bytes[this.position] === Tag.hole) this.position++;
      else defineProperty(array, i, { value: this.value(), writable: true, enumerable: true, configurable: true });
    }
    this.depth--;
    return array;
  }

  private container(target: Record<string, unknown>): Record<string, unknown> {
    this.ancestors[this.depth++] = target;
    this.properties(target);
    this.depth--;
    return target;
  }

  private properties(target: Record<string, unknown>): Record<string, unknown> {
    for (let left = this.varint(); left > 0; left--) {
      const key = this.text();
      const value = this.value();
      if (key === '__proto__') {
        defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
      } else target[key] = value;
    }
    return target;
  }

  private error(): Error {
    const ErrorClass = errorClasses[this.byte()];
    if (!ErrorClass) throw this.malformed('unknown error class');
    const error = new ErrorClass(this.text());
    this.properties(error as unknown as Record<string, unknown>);
    return error;
  }
}

/** Hooks for reading a log without a program: ids become plain descriptions. */
export function describingHooks(): DecoderHooks {
  const known = new SafeMap<number, Record<string, unknown>>();
  return {
    sharedArray: () => new Uint8Array(1 << 12),
    // Nothing of that length is made for a log that is only read.
    memoryOf: (number) => ({ sharedMemory: number }) as unknown as SharedArrayBuffer,
    objectOf: (id) => known.get(id) ?? { object: id },
    promiseOf: (id) => ({ promise: id }) as unknown as Promise<unknown>,
    symbolOf: (description) => Symbol.for(description),
    revive: (name, data) => ({ class: name, data }),
    makeHandle(className, id) {
      const handle = { class: className, object: id };
      known.set(id, handle);
      return handle;
    },
  };
}
