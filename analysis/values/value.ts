import type { ts } from '../syntax/typescript.ts';
import { kindSet } from './kinds.ts';
import type { Schema } from './schema.ts';
import { addMarks, clear, joinTaints, noTaints, type Taint, unclear } from './taint.ts';

/** Stands in `Value.text` for a part that is not known. */
export const HOLE = '\uFFFC';
const MAX_TEXT = 4000;

export type Constant = string | number | boolean | bigint | null | undefined;

/** A function of the program, as far as values need to know it. */
export interface Callable {
  readonly id: number;
  /** Properties of the function itself; `prototype` is the object that `new` makes. */
  readonly statics: HeapObject;
}

/** An object whose creation the engine has seen: literal, array, class instance, module exports. Shared by reference. */
export interface HeapObject {
  kind: 'object' | 'array' | 'instance' | 'class' | 'exports' | 'map';
  properties: Map<string, Value>;
  /** What is read by a key that is not known. */
  rest: Value;
  /** Of what was spread or assigned into it: below each of these lies what is read here by a name that it has not itself. */
  spread: readonly Taint[];
  /** The object of the class above: what is not found here is looked for there. */
  parent?: HeapObject | undefined;
  /** The literal, for rules that look at its properties. */
  node: ts.Node | undefined;
  /** Made without a prototype: no key leads out of it. */
  bare?: boolean;
  /** Of a schema of a validation library, or a function made from one. */
  schema?: Schema;
  /** False once a key was written, or a value spread in, that is not known. */
  closed: boolean;
}

/** What the engine knows of a value: where it came from, what it says, what it can do. Plain and immutable. */
export interface Value {
  readonly taints: readonly Taint[];
  /** A known constant that is not text. */
  readonly constant?: { readonly value: Constant };
  /** Known text, with HOLE where a part is not known. */
  readonly text?: string;
  /** Names in the models' vocabulary, such as `fs.readFile` or `express.Request`. */
  readonly refs?: readonly string[];
  readonly object?: HeapObject;
  readonly functions?: readonly Callable[];
  /** Arguments that `bind` has put before those of a call. */
  readonly bound?: readonly Value[];
  /** A compiled pattern: the source text of the regular expression. */
  readonly pattern?: { source: string; flags: string; node: ts.Node };
  /** Surely a number or a truth value. */
  readonly scalar?: boolean;
}

/** The property of an object or of the classes above it. */
export function propertyOf(object: HeapObject, name: string): Value | undefined {
  const own = object.properties.get(name);
  if (own || !object.parent) return own;
  return classesAbove(object)
    .find((above) => above.properties.has(name))
    ?.properties.get(name);
}

const MOST_ABOVE = 10;

/** The objects of the classes above an instance, the nearest first. */
export function classesAbove(object: HeapObject): HeapObject[] {
  const above: HeapObject[] = [];
  for (let at = object.parent; at && above.length < MOST_ABOVE; at = at.parent) above.push(at);
  return above;
}

/** A field or method of a class is one of the classes above it too: their methods see it. */
export function tellAbove(object: HeapObject, name: string, value: Value): void {
  const file = object.node?.getSourceFile();
  for (const above of classesAbove(object)) {
    // What another file made may outlive what this file says of it.
    if (above.node?.getSourceFile() !== file) return;
    const known = above.properties.get(name);
    above.properties.set(name, known ? join(value, known) : value);
  }
}

export const unknown: Value = { taints: noTaints };
export const scalar: Value = { taints: noTaints, scalar: true };

export function textValue(text: string): Value {
  return { taints: noTaints, text: text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) + HOLE : text };
}

/** The object that stands for every instance a constructor function makes. */
export function prototypeOf(callable: Callable): Value {
  let prototype = callable.statics.properties.get('prototype');
  if (!prototype) {
    prototype = objectValue(newObject('instance'));
    callable.statics.properties.set('prototype', prototype);
  }
  return prototype;
}

export function constantValue(value: Constant): Value {
  if (typeof value === 'string') return textValue(value);
  return { taints: noTaints, constant: { value }, scalar: typeof value === 'number' || typeof value === 'boolean' };
}

export function refValue(...refs: string[]): Value {
  return { taints: noTaints, refs };
}

export function newObject(kind: HeapObject['kind'], node?: ts.Node): HeapObject {
  return { kind, properties: new Map(), rest: unknown, spread: noTaints, node, closed: true };
}

export function objectValue(object: HeapObject): Value {
  return { taints: noTaints, object };
}

export function tainted(taints: readonly Taint[]): Value {
  return taints.length === 0 ? unknown : { taints };
}

/** The text when all of it is known. */
export function knownText(value: Value): string | undefined {
  return value.text !== undefined && !value.text.includes(HOLE) ? value.text : undefined;
}

/** The constant a value is known to be, as `{ value }`; undefined when it is not known. */
export function constantOf(value: Value): { readonly value: Constant } | undefined {
  if (value.constant) return value.constant;
  const text = knownText(value);
  return text === undefined ? undefined : { value: text };
}

export function isTrue(value: Value): boolean {
  return value.constant?.value === true;
}

export function isFalse(value: Value): boolean {
  return value.constant?.value === false;
}

/** A value that may be either. Keeps what both agree on; taint, names and functions are united. */
export function join(left: Value, right: Value): Value {
  if (left === right || right === unknown) return left === unknown ? right : withoutCertainty(left);
  if (left === unknown) return withoutCertainty(right);
  const refs = unite(left.refs, right.refs);
  const functions = unite(left.functions, right.functions);
  const object = left.object ?? right.object;
  if (left.object && right.object && left.object !== right.object) mergeObject(left.object, right.object);
  const sameConstant = left.constant && right.constant && Object.is(left.constant.value, right.constant.value);
  return {
    taints: joinTaints(left.taints, right.taints),
    ...(refs && { refs }),
    ...(functions && { functions }),
    ...((left.bound ?? right.bound) && { bound: left.bound ?? right.bound }),
    ...(object && { object }),
    ...(sameConstant && { constant: left.constant }),
    ...(joinText(left, right) !== undefined && { text: joinText(left, right) }),
    ...((left.pattern ?? right.pattern) && { pattern: left.pattern ?? right.pattern }),
    ...(left.scalar && right.scalar && { scalar: true }),
  };
}

function joinText(left: Value, right: Value): string | undefined {
  if (left.text === right.text) return left.text;
  // What one side may say is worth keeping as a hint; the hole says that it is not certain.
  const one = left.text ?? right.text;
  return one === undefined || one.endsWith(HOLE) ? one : one + HOLE;
}

function withoutCertainty(value: Value): Value {
  return value;
}

function unite<T>(left: readonly T[] | undefined, right: readonly T[] | undefined): readonly T[] | undefined {
  if (!left || !right || left === right) return left ?? right;
  const more = right.filter((item) => !left.includes(item));
  return more.length === 0 ? left : [...left, ...more].slice(0, 32);
}

/** Makes `target` stand for both objects from now on: properties are joined one level deep. */
function mergeObject(target: HeapObject, other: HeapObject): void {
  for (const [name, value] of other.properties) {
    const known = target.properties.get(name);
    if (known !== value)
      target.properties.set(name, known && known.object === value.object ? join(known, value) : (known ?? value));
    if (known && known !== value && known.object !== value.object) {
      target.properties.set(name, { ...known, taints: joinTaints(known.taints, value.taints) });
    }
  }
  target.rest = { ...target.rest, taints: joinTaints(target.rest.taints, other.rest.taints) };
  target.spread = joinTaints(target.spread, other.spread);
  target.closed &&= other.closed;
}

/** Everything that flows out when the value is used as a whole: its own taint and that of what it holds, two levels deep. */
export function deepTaints(value: Value, depth = 3): readonly Taint[] {
  let taints = value.taints;
  if (!value.object || depth === 0) return taints;
  for (const held of value.object.properties.values()) taints = joinTaints(taints, deepTaints(held, depth - 1));
  return joinTaints(joinTaints(taints, value.object.spread), deepTaints(value.object.rest, depth - 1));
}

export function withTaints(value: Value, taints: readonly Taint[]): Value {
  return value.taints === taints ? value : { ...value, taints };
}

/** Text joined end to end, as `+` and template literals do. */
export function concatenate(parts: readonly Value[], prefixMark: number): Value {
  let text = '';
  let taints = noTaints;
  parts.forEach((part, index) => {
    const before = text;
    const leads = index === 0 && parts[1]?.text?.startsWith('/');
    const own = leads ? clear(deepTaints(part), kindSet('folder')) : unclear(deepTaints(part), kindSet('folder'));
    const prefixed = before.length > 0 && before !== HOLE;
    taints = joinTaints(taints, prefixed ? addMarks(own, prefixMark) : own);
    const constant = part.constant ? String(part.constant.value) : undefined;
    text += part.text ?? constant ?? HOLE;
  });
  return { taints, text: text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) + HOLE : text };
}
