import type { ts } from '../syntax/typescript.ts';
import { join, refValue, unknown, type Value } from '../values/value.ts';
import type { CallEvent, FunctionInfo, Machine } from './machine.ts';
import { substitute } from './summaries.ts';

function isInside(node: ts.Node, outer: ts.Node): boolean {
  return node.pos >= outer.pos && node.end <= outer.end;
}

/** `new Promise((resolve, reject) => ...)` stands for what `resolve` is called with. */
export function callPromise(machine: Machine, event: CallEvent): Value {
  let result = unknown;
  for (const callable of event.arguments[0]?.functions ?? []) {
    const fn = callable as FunctionInfo;
    const site = {
      node: event.node,
      caller: event.frame.fn,
      arguments: [refValue('Promise.resolver'), refValue('Promise.rejecter')],
      thisValue: undefined,
      depth: 0,
    };
    const { functions } = fn.unit;
    const before = functions.length;
    machine.apply(fn, site);
    // Functions inside call `resolve` too: `setTimeout(() => resolve(value))`.
    for (let index = before; index < functions.length; index++) {
      if (isInside(functions[index]!.node, fn.node)) machine.summarize(functions[index]!);
    }
    for (const call of fn.parameterCalls) {
      const resolved = call.origin.index === 0 && call.origin.path.length === 0 && call.arguments[0];
      if (resolved) result = join(result, substitute(fn, resolved, site, 2));
    }
  }
  return result;
}
