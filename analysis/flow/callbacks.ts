import { join, unknown, type Value } from '../values/value.ts';
import type { CallEvent, FunctionInfo, Machine } from './machine.ts';

/** Calls a function value with given arguments. */
export function applyCallback(machine: Machine, callback: Value, values: readonly Value[], event: CallEvent): Value {
  let result = unknown;
  for (const callable of callback.functions ?? []) {
    const site = { node: event.node, caller: event.frame.fn, arguments: values, thisValue: undefined, depth: 0 };
    result = join(result, machine.apply(callable as FunctionInfo, site));
  }
  return result;
}
