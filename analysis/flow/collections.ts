import type { ts } from '../syntax/typescript.ts';
import { noTaints } from '../values/taint.ts';
import { deepTaints, join, newObject, objectValue, unknown, type Value } from '../values/value.ts';

/** What a loop or callback gets from an array, map, set or string. */
export function elementsOf(subject: Value): Value {
  const object = subject.object;
  if (!object) return { taints: subject.taints, ...(subject.refs && { refs: subject.refs.map((ref) => `${ref}.[]`) }) };
  let element = object.rest;
  for (const value of object.properties.values()) element = join(element, value);
  if (object.spread.length > 0) element = join(element, { taints: object.spread });
  return subject.taints.length > 0 ? join(element, { taints: subject.taints }) : element;
}

/** An array whose elements are all like `element`. */
export function arrayOf(element: Value, node?: ts.Node): Value {
  const array = newObject('array', node);
  array.rest = element;
  array.closed = false;
  return objectValue(array);
}

/** The own taint of a value and what its elements carry, as one flat value. */
export function flattened(value: Value): Value {
  const taints = deepTaints(value);
  return taints === noTaints ? unknown : { taints };
}
