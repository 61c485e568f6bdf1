import { join, unknown, type Value } from '../values/value.ts';
import type { CallEvent, FunctionInfo, Machine } from './machine.ts';

/** Calls a function value with given arguments. */
export function applyCallback(machine: Machine, callback: Value, given: readonly Value[], event: CallEvent): Value {
  const values = callback.bound ? [...callback.bound, ...given] : given;
  let result = unknown;
  for (const callable of callback.functions ?? []) {
    nameParameters(callable as FunctionInfo, values);
    const site = { node: event.node, caller: event.frame.fn, arguments: values, thisValue: undefined, depth: 0 };
    result = join(result, machine.apply(callable as FunctionInfo, site));
  }
  return result;
}

/** A function that is analysed for its first call knows its parameters as what it is called with: `connect().then((db) => ...)`. */
function nameParameters(fn: FunctionInfo, values: readonly Value[]): void {
  if (fn.state !== 'new') return;
  values.forEach((value, index) => {
    fn.parameterRefs[index] ??= value.refs?.[0];
  });
}
