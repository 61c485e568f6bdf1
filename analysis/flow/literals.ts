import { ts } from '../syntax/typescript.ts';
import { joinTaints, noTaints } from '../values/taint.ts';
import { deepTaints, type HeapObject, join, knownText, newObject, objectValue, type Value } from '../values/value.ts';
import type { Environment } from './environment.ts';
import type { Frame, Machine } from './machine.ts';
import { accessorKey, propertyName } from './members.ts';

export function evaluateArray(node: ts.ArrayLiteralExpression, evaluate: (child: ts.Expression) => Value): Value {
  const array = newObject('array', node);
  node.elements.forEach((element, index) => {
    if (ts.isSpreadElement(element)) {
      const spread = evaluate(element.expression);
      array.rest = join(array.rest, { taints: deepTaints(spread, 2) });
      array.closed = false;
    } else if (!ts.isOmittedExpression(element)) array.properties.set(String(index), evaluate(element));
  });
  return objectValue(array);
}

export function evaluateObject(
  machine: Machine,
  node: ts.ObjectLiteralExpression,
  environment: Environment,
  frame: Frame,
): Value {
  const object = newObject('object', node);
  const result: Value = objectValue(object);
  for (const property of node.properties) {
    if (ts.isSpreadAssignment(property)) {
      const spread = machine.evaluate(property.expression, environment, frame);
      overwrite(machine, object, spread, property, frame);
      continue;
    }
    let value: Value;
    if (ts.isPropertyAssignment(property)) value = machine.evaluate(property.initializer, environment, frame);
    else if (ts.isShorthandPropertyAssignment(property)) {
      value = machine.evaluate(property.name, environment, frame);
      for (const observe of machine.observers.expression) observe(property.name, value, frame, machine);
    } else {
      const fn = machine.functionFor(property, environment, frame.unit);
      fn.thisValue ??= result;
      value = { taints: noTaints, functions: [fn] };
      const accessor = accessorKey(property);
      if (accessor !== '') {
        object.properties.set(accessor + (propertyName(property.name) ?? ''), value);
        continue;
      }
    }
    for (const callable of value.functions ?? []) bindThis(callable, result);
    const name = propertyName(property.name);
    if (name !== undefined) object.properties.set(name, value);
    else {
      if (ts.isComputedPropertyName(property.name)) {
        const key = machine.evaluate(property.name.expression, environment, frame);
        const known = knownText(key);
        if (known !== undefined) {
          object.properties.set(known, value);
          continue;
        }
      }
      object.rest = join(object.rest, value);
      object.closed = false;
    }
  }
  return result;
}

/** `{ ...target, ...from }` and `Object.assign(target, from)`: what `from` may hold takes the place of what was there. */
export function overwrite(machine: Machine, target: HeapObject, from: Value, node: ts.Node, frame: Frame): void {
  const given = from.object?.properties;
  const spread = joinTaints(from.taints, from.object?.spread ?? noTaints);
  const rest = from.object?.rest.taints ?? noTaints;
  if (spread.length > 0 || rest.length > 0) {
    for (const [name, known] of target.properties) {
      // A default that is a number or a switch is replaced by another of its kind, where the program is right.
      if (given?.has(name) || known.functions || known.scalar) continue;
      // Whether a caller replaces a default is not said by the parameter: each would be followed for every option.
      const taints = machine.member(from, name, node, frame).taints.filter(({ origin }) => origin.kind === 'source');
      if (taints.length > 0) target.properties.set(name, join(known, { taints }));
    }
  }
  for (const [name, value] of given ?? []) target.properties.set(name, value);
  target.spread = joinTaints(target.spread, spread);
  target.rest = join(target.rest, { taints: rest });
  target.closed &&= from.object?.closed ?? false;
}

/** A function expression that is a property sees the object as `this` (arrows are not asked for it). */
function bindThis(callable: object, self: Value): void {
  const fn = callable as { thisValue?: Value; node?: ts.Node; state?: string };
  if (fn.node && ts.isFunctionExpression(fn.node) && fn.node.parent && ts.isPropertyAssignment(fn.node.parent)) {
    fn.thisValue ??= self;
  }
}
