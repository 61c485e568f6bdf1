import { join, knownText, objectValue, refValue, unknown, type Value } from '../values/value.ts';
import type { CallEvent, FunctionInfo, Machine } from './machine.ts';

/**
 * `define(['./a'], function (a) { ... return api; })`: a module of AMD. Its function gets what the named modules export,
 * and what it returns is what the file exports. Undefined when the call is none.
 */
export function defineModule(machine: Machine, event: CallEvent): Value | undefined {
  if (!event.refs.includes('define')) return undefined;
  const factory = event.arguments[event.arguments.length - 1];
  const made = factory?.functions?.[0] as FunctionInfo | undefined;
  if (!made) return undefined;
  const unit = event.frame.unit;
  const list = event.arguments.find((value) => value.object?.kind === 'array')?.object;
  const names = list
    ? [...list.properties.values()].map((value) => knownText(value))
    : ['require', 'exports', 'module'];
  const values = names.map((name): Value => {
    if (name === undefined) return unknown;
    if (name === 'require') return refValue('require');
    if (name === 'exports') return objectValue(unit.exports);
    return name === 'module' && !list ? unknown : machine.importModule(name, unit);
  });
  if (made.state === 'new') made.parameterValues = values;
  const site = { node: event.node, caller: event.frame.fn, arguments: values, thisValue: undefined, depth: 0 };
  const returned = machine.apply(made, site);
  if (returned !== unknown && unit.exported.object === unit.exports) unit.exported = join(returned, unit.exported);
  return unknown;
}
