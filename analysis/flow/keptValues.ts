import type { ts } from '../syntax/typescript.ts';
import { joinTaints } from '../values/taint.ts';
import { deepTaints, type HeapObject, refValue, type Value } from '../values/value.ts';
import { parameterTaint } from './functionInfo.ts';
import type { Frame, Machine } from './machine.ts';

/**
 * Objects of a framework on which one function keeps values for others: `res.locals`, Koa's `ctx.state`, what is hung on
 * a request. Each name below them is a function of one parameter: what writes it calls it, what reads it gets the
 * parameter. So the order in which files and functions are read does not matter.
 */
const keepers = new Set([
  'express.Response.locals',
  'koa.Context.state',
  'express.Request.context',
  'express.Request.locals',
  'express().locals',
  'hono.Context.var',
  'route context.locals',
]);

/** In front of the name of an interface of the program, in the name of a value that is declared to have it. */
export const INTERFACE = 'interface ';

/** `class ShellRunner implements Runner`: whoever has a `Runner` may call its methods. */
export function implement(machine: Machine, name: string, methods: HeapObject, node: ts.Node, frame: Frame): void {
  for (const [method, value] of methods.properties) {
    if (!value.functions || machine.silent) continue;
    const site = { node, caller: frame.fn, arguments: [value], thisValue: undefined, depth: 0 };
    machine.apply(machine.keptIn(`${INTERFACE}${name}.${method}`, frame.unit), site);
  }
}

/** `res.locals.name = value`. */
export function keepValue(
  machine: Machine,
  object: Value,
  name: string | undefined,
  value: Value,
  node: ts.Node,
  frame: Frame,
): void {
  if (machine.silent || !object.refs || name === undefined) return;
  if (deepTaints(value).length === 0 && !value.functions) return;
  for (const ref of object.refs) {
    // `req.context = { user }` keeps each of them.
    if (keepers.has(`${ref}.${name}`)) {
      const whole = refValue(`${ref}.${name}`);
      for (const [each, held] of value.object?.properties ?? []) keepValue(machine, whole, each, held, node, frame);
    }
    if (!keepers.has(ref)) continue;
    const site = { node, caller: frame.fn, arguments: [value], thisValue: undefined, depth: 0 };
    machine.apply(machine.keptIn(`${ref}.${name}`, frame.unit), site);
  }
}

/** What `res.locals.name` may hold, by what any function of the program has kept there. */
export function readKept(machine: Machine, ref: string, name: string, node: ts.Node, frame: Frame): Value | undefined {
  if (!keepers.has(ref) && !ref.startsWith(INTERFACE)) return undefined;
  const box = machine.keptIn(`${ref}.${name}`, frame.unit);
  return { taints: [parameterTaint(box, 0, node, name)] };
}

/** Everything that templates see besides what they are given: names below `res.locals` and `app.locals`. */
export function localsFor(machine: Machine, name: string, node: ts.Node, frame: Frame): Value {
  const responses = readKept(machine, 'express.Response.locals', name, node, frame);
  const application = readKept(machine, 'express().locals', name, node, frame);
  return { taints: joinTaints(responses?.taints ?? [], application?.taints ?? []) };
}
