import type { StateDocument, StateNode, StateValue } from '../../protocol/stateDocument.ts';

/** The kind of a value in the words of JavaScript; `node` is what it refers to. */
export function kindOf(value: StateValue, node?: StateNode): string {
  if (node) return node.type;
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  if ('bigint' in value) return 'bigint';
  if ('special' in value) return value.special === 'undefined' ? 'undefined' : 'number';
  return 'opaque';
}

/** One line for a value: primitives as in source, objects by kind and size. */
export function showValue(document: StateDocument, value: StateValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if ('bigint' in value) return `${value.bigint}n`;
  if ('special' in value) return value.special;
  if ('opaque' in value) return value.opaque;
  const node = document.heap[value.ref];
  return node ? showNode(node) : '?';
}

function showNode(node: StateNode): string {
  switch (node.type) {
    case 'object':
      return `${node.className ? `${node.className} ` : ''}{${count(node.entries.length, 'property', 'properties')}}`;
    case 'array':
      return `[${count(node.items.length, 'item', 'items')}]`;
    case 'map':
      return `Map(${node.entries.length})`;
    case 'set':
      return `Set(${node.items.length})`;
    case 'date':
      return node.time === null ? 'Invalid Date' : new Date(node.time).toISOString();
    case 'regexp':
      return `/${node.source}/${node.flags}`;
    case 'error':
      return `${node.name}: ${node.message}`;
    case 'bytes':
      return `${node.className} (${Math.floor((node.base64.replace(/=+$/, '').length * 3) / 4)} bytes)`;
  }
}

function count(number: number, one: string, many: string): string {
  return number === 0 ? '' : `${number} ${number === 1 ? one : many}`;
}

export type ParsedValue = { value: StateValue } | { error: string };

/** The text a person edits: a string without quotes, everything else as in source. */
export function editText(value: StateValue): string {
  return typeof value === 'string' ? value : showValue({ roots: {}, heap: [] }, value);
}

/** Reads what a person typed in place of `old`; the kind stays, except that null and undefined take any literal. */
export function parseEdit(text: string, old: StateValue): ParsedValue {
  const kind = kindOf(old);
  const trimmed = text.trim();
  if (kind === 'string') return { value: text };
  if (kind === 'number') return parseNumber(trimmed) ?? { error: `"${trimmed}" is not a number.` };
  if (kind === 'bigint') {
    const digits = /^(-?\d+)n?$/.exec(trimmed)?.[1];
    return digits ? { value: { bigint: String(BigInt(digits)) } } : { error: `"${trimmed}" is not a whole number.` };
  }
  if (kind === 'boolean') {
    if (trimmed === 'true' || trimmed === 'false') return { value: trimmed === 'true' };
    return { error: 'Only true or false fits here.' };
  }
  return parseLiteral(trimmed);
}

function parseNumber(text: string): { value: StateValue } | undefined {
  if (text === 'NaN' || text === 'Infinity' || text === '-Infinity' || text === '-0')
    return { value: { special: text } };
  if (!/^[+-]?(\d[\d_]*)?(\.\d+)?(e[+-]?\d+)?$|^0x[\da-f]+$|^0b[01]+$/i.test(text) || !/\d/.test(text))
    return undefined;
  const number = Number(text.replaceAll('_', ''));
  return Number.isFinite(number) ? { value: number } : undefined;
}

function parseLiteral(text: string): ParsedValue {
  if (text === 'undefined') return { value: { special: 'undefined' } };
  const number = parseNumber(text);
  if (number) return number;
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return { value };
  } catch {
    // Said below.
  }
  return { error: 'Write a number, true, false, null or a "text" in quotes.' };
}
