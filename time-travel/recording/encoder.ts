import { LastDoubles, MAX_DOUBLES, putDoubles } from './doublesDelta.ts';
import type { EncoderHooks } from './encoderHooks.ts';
import {
  bigintToString,
  charCodeAt,
  dateGetTime,
  getPrototypeOf,
  isAnyArrayBuffer,
  isArray,
  isBuffer,
  isView,
  latin1Write,
  mapForEach,
  mapSize,
  ObjectPrototype,
  objectIs,
  objectKeys,
  regExpExec,
  SafeMap,
  setForEach,
  setSize,
  typedArrayBuffer,
  typedArrayName,
  typedArrayOffset,
  typedArraySet,
  utf16Write,
  viewLength,
} from './safeBuiltins.ts';
import { ELEMENT_TYPES, Tag } from './valueTags.ts';

export type { EncoderHooks };

const doubles = new Float64Array(1);
const doubleBytes = new Uint8Array(doubles.buffer);
const notLatin1 = /[^\u0000-\u00ff]/;
const elementNumbers = new SafeMap<string, number>();
ELEMENT_TYPES.forEach((type, index) => {
  elementNumbers.set(type.name, index);
});
const UINT8 = elementNumbers.get('Uint8Array')!;
const SHORT = 48;
const errorNames = ['TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'EvalError', 'URIError'];

/** Appends values to a growing byte buffer. Never calls code of the program except accessors of plain data. */
export class Encoder {
  bytes: Uint8Array = Buffer.allocUnsafeSlow(1 << 19);
  length = 0;
  private readonly names = new SafeMap<string, number>();
  private readonly hooks: EncoderHooks;
  private readonly ancestors: object[] = [];
  private depth = 0;
  private readonly lastDoubles = new LastDoubles();
  /** The shared array of doubles that was written last: mostly it is the next one too. */
  private recent: { array: Float64Array; shared: number; words: Uint32Array } | undefined;

  constructor(hooks: EncoderHooks) {
    this.hooks = hooks;
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.length + count + 4096));
    typedArraySet(grown, this.bytes);
    this.bytes = grown;
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** Three bytes, for which there is room: a chunk ends long before the buffer does. */
  three(first: number, second: number, third: number): void {
    const { bytes, length } = this;
    bytes[length] = first;
    bytes[length + 1] = second;
    bytes[length + 2] = third;
    this.length = length + 3;
  }

  /** Unsigned LEB128 of a safe integer >= 0. */
  varint(value: number): void {
    if (this.length + 8 > this.bytes.length) this.reserve(8);
    const { bytes } = this;
    let at = this.length;
    while (value > 0x7fffffff) {
      bytes[at++] = (value % 128) | 128;
      value = Math.floor(value / 128);
    }
    while (value > 127) {
      bytes[at++] = (value & 127) | 128;
      value >>>= 7;
    }
    bytes[at++] = value;
    this.length = at;
  }

  double(value: number): void {
    this.reserve(8);
    doubles[0] = value;
    const { bytes } = this;
    const at = this.length;
    for (let i = 0; i < 8; i++) bytes[at + i] = doubleBytes[i]!;
    this.length = at + 8;
  }

  /** Length and content of a view's bytes. */
  view(view: ArrayBufferView): void {
    const length = viewLength(view);
    this.varint(length);
    this.part(view, 0, length);
  }

  /** Content of a part of a view, in bytes from its start; the reader knows its length. @throws RangeError outside */
  part(view: ArrayBufferView, start: number, length: number): void {
    if (!(start >= 0 && length >= 0 && start + length <= viewLength(view)))
      throw new RangeError('The bytes lie outside of the buffer.');
    this.reserve(length);
    this.hooks.copy(view, this.bytes, this.length, start, length);
    this.length += length;
  }

  /** Length and content. */
  raw(bytes: Uint8Array): void {
    const { length } = bytes;
    this.varint(length);
    this.content(bytes);
  }

  /** Content alone: the reader knows its length. */
  content(bytes: Uint8Array): void {
    const { length } = bytes;
    this.reserve(length);
    const target = this.bytes;
    const at = this.length;
    // For a few bytes a loop is faster than the call.
    if (length > SHORT) typedArraySet(target, bytes, at);
    else for (let i = 0; i < length; i++) target[at + i] = bytes[i]!;
    this.length = at + length;
  }

  /** What `value` writes for an array of bytes, as the one argument of a call. */
  onlyBytes(bytes: Uint8Array): void {
    const { length } = bytes;
    this.byte(1);
    this.byte(Tag.typedArray);
    this.byte(UINT8);
    this.varint(length);
    this.reserve(length);
    this.hooks.copy(bytes, this.bytes, this.length, 0, length);
    this.length += length;
  }

  /** A name that is written once and has a number from then on. */
  name(name: string): void {
    const known = this.names.get(name);
    if (known !== undefined) return this.varint(known);
    this.varint(this.names.size);
    this.names.set(name, this.names.size);
    this.string(name);
  }

  /** The number that `name` was written with, or -1. */
  numberOf(name: string): number {
    return this.names.get(name) ?? -1;
  }

  string(text: string): void {
    const { length } = text;
    if (length <= SHORT) {
      this.reserve(length + 10);
      const { bytes } = this;
      let at = this.length;
      bytes[at++] = Tag.latin1;
      bytes[at++] = length;
      let i = 0;
      for (; i < length; i++) {
        const code = charCodeAt(text, i);
        if (code > 255) break;
        bytes[at++] = code;
      }
      if (i === length) {
        this.length = at;
        return;
      }
    } else if (regExpExec(notLatin1, text) === null) {
      this.byte(Tag.latin1);
      this.varint(length);
      this.reserve(length);
      latin1Write(this.bytes, text, this.length, length);
      this.length += length;
      return;
    }
    this.byte(Tag.utf16);
    this.varint(length * 2);
    this.reserve(length * 2);
    utf16Write(this.bytes, text, this.length, length * 2);
    this.length += length * 2;
  }

  value(value: unknown): void {
    switch (typeof value) {
      case 'undefined':
        return this.byte(Tag.undefined);
      case 'boolean':
        return this.byte(value ? Tag.true : Tag.false);
      case 'number':
        if ((value | 0) === value && !objectIs(value, -0)) return this.int(value);
        this.byte(Tag.double);
        return this.double(value);
      case 'string':
        return this.string(value);
      case 'bigint':
        this.byte(Tag.bigint);
        return this.string(bigintToString(value));
      case 'symbol':
        this.byte(Tag.symbol);
        return this.string(Symbol.keyFor(value) ?? value.description ?? '');
      case 'function':
        return this.functionValue(value);
      default:
        return value === null ? this.byte(Tag.null) : this.object(value as object);
    }
  }

  private int(value: number): void {
    this.byte(Tag.int);
    this.varint(((value << 1) ^ (value >> 31)) >>> 0);
  }

  /** One of an addon is known; others only their own side can hold. */
  private functionValue(value: object): void {
    const id = this.hooks.knownId(value);
    if (id === undefined) return this.byte(Tag.function);
    this.byte(Tag.known);
    this.varint(id);
  }

  private object(value: object): void {
    if (isView(value)) return this.viewValue(value);
    const id = this.hooks.knownId(value);
    if (id !== undefined) {
      this.byte(Tag.known);
      return this.varint(id);
    }
    if (isArray(value)) return this.array(value);
    const prototype = getPrototypeOf(value);
    if (prototype === ObjectPrototype || prototype === null) {
      if (this.isCycle(value)) return;
      this.byte(prototype === null ? Tag.nullObject : Tag.object);
      this.properties(value as Record<string, unknown>);
      this.depth--;
      return;
    }
    const className = this.hooks.className(value);
    if (className !== undefined) return this.handle(value as Record<string, unknown>, className);
    if (value instanceof SharedArrayBuffer) return this.sharedMemory(value);
    if (isAnyArrayBuffer(value)) {
      this.byte(Tag.arrayBuffer);
      return this.raw(new Uint8Array(value));
    }
    if (value instanceof Error && !this.hooks.flatten(value)) return this.error(value);
    if (value instanceof Promise) return this.promise(value);
    if (value instanceof Map) {
      this.byte(Tag.map);
      this.varint(mapSize(value));
      return mapForEach(value, (item: unknown, key: unknown) => {
        this.value(key);
        this.value(item);
      });
    }
    if (value instanceof Set) {
      this.byte(Tag.set);
      this.varint(setSize(value));
      return setForEach(value, (item: unknown) => this.value(item));
    }
    if (value instanceof Date) {
      this.byte(Tag.date);
      return this.double(dateGetTime(value));
    }
    const flat = this.hooks.flatten(value);
    if (flat === undefined) return this.byte(Tag.opaque);
    this.byte(Tag.portable);
    this.name(flat.name);
    this.value(flat.data);
  }

  /** A promise whose settlement will be an event. */
  promise(value: Promise<unknown>): void {
    this.byte(Tag.promise);
    this.varint(this.hooks.promiseId(value));
  }

  /** True when `value` is one of those being written, of which its place is then written; else it becomes the innermost. */
  private isCycle(value: object): boolean {
    for (let i = 0; i < this.depth; i++) {
      if (this.ancestors[i] !== value) continue;
      this.byte(Tag.cycle);
      this.varint(i);
      return true;
    }
    this.ancestors[this.depth++] = value;
    return false;
  }

  private array(value: unknown[]): void {
    if (this.isCycle(value)) return;
    this.byte(Tag.array);
    this.varint(value.length);
    for (let i = 0; i < value.length; i++) {
      if (i in value) this.value(value[i]);
      else this.byte(Tag.hole);
    }
    this.depth--;
  }

  private viewValue(view: ArrayBufferView): void {
    const { recent } = this;
    if (recent?.array === view) return this.words(recent.words, recent.shared);
    if (isBuffer(view)) {
      this.byte(Tag.buffer);
      return this.view(view);
    }
    const shared = this.hooks.sharedIndex(view);
    const type = typedArrayName(view) ?? 'DataView';
    if (shared === undefined && view.buffer instanceof SharedArrayBuffer) return this.sharedView(view, type);
    if (type === 'Float64Array' && this.doubles(view as Float64Array, shared === undefined ? 0 : shared + 1)) return;
    if (shared !== undefined) {
      this.byte(Tag.shared);
      this.varint(shared);
      const length = this.hooks.sharedLength(shared);
      this.varint(length);
      return this.part(view, 0, length);
    }
    this.byte(Tag.typedArray);
    this.byte(elementNumbers.get(type) ?? 0);
    this.view(view);
  }

  /** Writes what differs from the last array of that length; false when it is too long for that. */
  private doubles(array: Float64Array, shared: number): boolean {
    const length = viewLength(array) >> 3;
    if (length > MAX_DOUBLES || shared > 127) return false;
    const words = new Uint32Array(typedArrayBuffer(array), typedArrayOffset(array), length * 2);
    if (shared > 0) this.recent = { array, shared, words };
    this.words(words, shared);
    return true;
  }

  private words(words: Uint32Array, shared: number): void {
    const last = this.lastDoubles.of(words.length >> 1);
    this.reserve(4 + words.length * 5);
    this.length = putDoubles(this.bytes, this.length, words, last, shared);
  }

  private sharedView(view: ArrayBufferView, type: string): void {
    this.byte(Tag.sharedView);
    this.byte(elementNumbers.get(type) ?? 0);
    this.sharedMemory(view.buffer as SharedArrayBuffer);
    this.varint(view.byteOffset);
    this.varint(viewLength(view));
  }

  private sharedMemory(memory: SharedArrayBuffer): void {
    this.byte(Tag.sharedMemory);
    this.varint(this.hooks.memoryNumber(memory));
    this.varint(memory.byteLength);
  }

  private properties(value: Record<string, unknown>): void {
    this.named(value, objectKeys(value));
  }

  private named(value: Record<string, unknown>, keys: string[]): void {
    this.varint(keys.length);
    for (let i = 0; i < keys.length; i++) {
      this.string(keys[i]!);
      this.value(value[keys[i]!]);
    }
  }

  /** Own plain properties of the native template travel with the object: replay has no template. */
  private handle(value: Record<string, unknown>, className: string): void {
    this.byte(Tag.handle);
    this.name(className);
    this.varint(this.hooks.newId(value));
    const keys = objectKeys(value);
    const plain: string[] = [];
    for (let i = 0; i < keys.length; i++) {
      const item = value[keys[i]!];
      if (item === null || (typeof item !== 'object' && typeof item !== 'function')) plain[plain.length] = keys[i]!;
    }
    this.named(value, plain);
  }

  /** Class, message and own properties. No stack: replay is at the same place and makes the same one. */
  private error(error: Error): void {
    this.byte(Tag.error);
    let kind = 0;
    for (let i = 0; i < errorNames.length; i++) if (error.name === errorNames[i]) kind = i + 1;
    this.byte(kind);
    this.string(`${error.message}`);
    this.properties(error as unknown as Record<string, unknown>);
  }
}
