import type { StateDocument, StateNode, StateValue } from '../../protocol/stateDocument.ts';

/** Turns named roots into a document. Functions, symbols and the like become `opaque`: shown, not kept. */
export function encodeState(roots: Iterable<readonly [string, unknown]>): StateDocument {
  const heap: StateNode[] = [];
  const places = new Map<object, number>();
  const queue: { node: StateNode; source: object }[] = [];

  const value = (item: unknown): StateValue => {
    if (typeof item === 'object' && item !== null) {
      if (item instanceof Promise || item instanceof WeakMap || item instanceof WeakSet || item instanceof WeakRef) {
        return { opaque: Object.prototype.toString.call(item) };
      }
      const known = places.get(item);
      if (known !== undefined) return { ref: known };
      const place = heap.length;
      places.set(item, place);
      const node = emptyNode(item);
      heap.push(node);
      queue.push({ node, source: item });
      return { ref: place };
    }
    return encodePrimitive(item);
  };

  const encodedRoots: [string, StateValue][] = [];
  for (const [name, root] of roots) {
    encodedRoots.push([name, value(root)]);
    for (let entry = queue.shift(); entry; entry = queue.shift()) fill(entry.node, entry.source, value);
  }
  return { roots: Object.fromEntries(encodedRoots), heap };
}

export function encodePrimitive(item: unknown): StateValue {
  if (item === null || typeof item === 'boolean' || typeof item === 'string') return item;
  if (item === undefined) return { special: 'undefined' };
  if (typeof item === 'bigint') return { bigint: String(item) };
  if (typeof item === 'number') {
    if (Number.isNaN(item)) return { special: 'NaN' };
    if (item === Infinity) return { special: 'Infinity' };
    if (item === -Infinity) return { special: '-Infinity' };
    return Object.is(item, -0) ? { special: '-0' } : item;
  }
  if (typeof item === 'symbol') return { opaque: String(item) };
  return { opaque: typeof item === 'function' ? `function ${item.name}` : typeof item };
}

function emptyNode(source: object): StateNode {
  if (Array.isArray(source)) return { type: 'array', items: [] };
  if (source instanceof Map) return { type: 'map', entries: [] };
  if (source instanceof Set) return { type: 'set', items: [] };
  if (source instanceof Date) {
    const time = source.getTime();
    return { type: 'date', time: Number.isNaN(time) ? null : time };
  }
  if (source instanceof RegExp) return { type: 'regexp', source: source.source, flags: source.flags };
  if (source instanceof Error) return { type: 'error', name: String(source.name), message: String(source.message) };
  if (ArrayBuffer.isView(source) || source instanceof ArrayBuffer) return bytesNode(source);
  const name = className(source);
  return { type: 'object', ...(name !== 'Object' && name && { className: name }), entries: [] };
}

function fill(node: StateNode, source: object, value: (item: unknown) => StateValue): void {
  if (node.type === 'array') node.items = Array.from(source as unknown[], value);
  else if (node.type === 'set') node.items = Array.from(source as Set<unknown>, value);
  else if (node.type === 'map') {
    node.entries = Array.from(source as Map<unknown, unknown>, ([key, item]) => [value(key), value(item)]);
  } else if (node.type === 'object') {
    node.entries = Object.keys(source).map((key) => [key, value((source as Record<string, unknown>)[key])]);
  }
}

function className(source: object): string {
  const prototype = Object.getPrototypeOf(source) as { constructor?: { name?: unknown } } | null;
  const name = prototype?.constructor?.name;
  return typeof name === 'string' ? name : '';
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function bytesNode(source: ArrayBufferView | ArrayBuffer): StateNode {
  const bytes = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
  return { type: 'bytes', className: className(source), base64: toBase64(bytes) };
}

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a, b, c] = [bytes[at]!, bytes[at + 1], bytes[at + 2]];
    text += BASE64[a >> 2]! + BASE64[((a & 3) << 4) | ((b ?? 0) >> 4)]!;
    text += b === undefined ? '=' : BASE64[((b & 15) << 2) | ((c ?? 0) >> 6)]!;
    text += c === undefined ? '=' : BASE64[c & 63]!;
  }
  return text;
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const clean = text.replace(/=+$/, '');
  const bytes = new Uint8Array(Math.floor((clean.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const char of clean) {
    bits = ((bits << 6) | BASE64.indexOf(char)) & 0xffffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[at++] = (bits >> held) & 255;
    }
  }
  return bytes;
}

/** The inverse of `encodeState`. Class instances come back as plain objects; `opaque` values come back undefined. */
export function decodeState(document: StateDocument): Map<string, unknown> {
  const objects = document.heap.map(emptyObject);
  const value = (encoded: StateValue): unknown => {
    if (typeof encoded !== 'object' || encoded === null) return encoded;
    return 'ref' in encoded ? objects[encoded.ref] : decodePrimitive(encoded);
  };
  document.heap.forEach((node, at) => {
    const target = objects[at];
    if (node.type === 'array') for (const item of node.items) (target as unknown[]).push(value(item));
    else if (node.type === 'set') for (const item of node.items) (target as Set<unknown>).add(value(item));
    else if (node.type === 'map') {
      for (const [key, item] of node.entries) (target as Map<unknown, unknown>).set(value(key), value(item));
    } else if (node.type === 'object') {
      for (const [key, item] of node.entries) {
        const property = { value: value(item), writable: true, enumerable: true, configurable: true };
        Object.defineProperty(target, key, property);
      }
    }
  });
  return new Map(Object.entries(document.roots).map(([name, root]) => [name, value(root)]));
}

export function decodePrimitive(encoded: StateValue): unknown {
  if (typeof encoded !== 'object' || encoded === null) return encoded;
  if ('bigint' in encoded) return BigInt(encoded.bigint);
  if (!('special' in encoded) || encoded.special === 'undefined') return undefined;
  return encoded.special === '-0' ? -0 : Number(encoded.special);
}

const viewTypes: Record<string, new (buffer: ArrayBuffer) => object> = {
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
};

function emptyObject(node: StateNode): object {
  if (node.type === 'array') return [];
  if (node.type === 'map') return new Map();
  if (node.type === 'set') return new Set();
  if (node.type === 'date') return new Date(node.time ?? Number.NaN);
  if (node.type === 'regexp') return new RegExp(node.source, node.flags);
  if (node.type === 'error') return Object.assign(new Error(node.message), { name: node.name });
  if (node.type === 'object') return {};
  const bytes = fromBase64(node.base64);
  if (node.className === 'ArrayBuffer') return bytes.buffer;
  const View = Object.hasOwn(viewTypes, node.className) ? viewTypes[node.className] : undefined;
  return View ? new View(bytes.buffer) : bytes;
}
