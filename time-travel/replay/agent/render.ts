import type { inspect } from 'node:util';

type Inspect = typeof inspect;

/** A value on one line, without calling any code of the program. */
export function render(inspectValue: Inspect, value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return Object.is(value, -0) ? '-0' : `${value}`;
    case 'boolean':
    case 'undefined':
      return `${value}`;
  }
  return inspectValue(value, { depth: 2, breakLength: Number.POSITIVE_INFINITY, customInspect: false, getters: false });
}
