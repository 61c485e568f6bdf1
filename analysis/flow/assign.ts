import { unwrap } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';
import { addSteps, joinTaints, mark, noTaints } from '../values/taint.ts';
import {
  constantOf,
  join,
  newObject,
  objectValue,
  propertyOf,
  prototypeOf,
  tellAbove,
  type Value,
} from '../values/value.ts';
import { accessKey, shortText } from './accessPath.ts';
import { elementsOf } from './collections.ts';
import type { Environment } from './environment.ts';
import { keepValue } from './keptValues.ts';
import type { Frame, FunctionInfo, Machine } from './machine.ts';
import { propertyName } from './members.ts';
import { share } from './statements.ts';

/** Assigns to a variable, a member or a destructuring pattern. */
export function assignTarget(
  machine: Machine,
  target: ts.Node,
  value: Value,
  environment: Environment,
  frame: Frame,
): void {
  if (ts.isIdentifier(target)) return assignVariable(target, value, environment, frame);
  if (ts.isObjectBindingPattern(target)) return destructureObject(machine, target, value, environment, frame);
  if (ts.isArrayBindingPattern(target)) return destructureArray(machine, target.elements, value, environment, frame);
  if (!ts.isExpression(target)) return;
  const node = unwrap(target);
  if (ts.isIdentifier(node)) return assignVariable(node, value, environment, frame);
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    return assignMember(machine, node, value, environment, frame);
  }
  if (ts.isArrayLiteralExpression(node)) {
    node.elements.forEach((element, index) => {
      machine.assign(element, machine.member(value, String(index), element, frame), environment, frame);
    });
  } else if (ts.isObjectLiteralExpression(node)) {
    for (const property of node.properties) {
      const name = property.name && propertyName(property.name);
      const part = machine.member(value, name, property, frame);
      if (ts.isShorthandPropertyAssignment(property)) machine.assign(property.name, part, environment, frame);
      else if (ts.isPropertyAssignment(property)) machine.assign(property.initializer, part, environment, frame);
    }
  }
}

function assignVariable(node: ts.Identifier, value: Value, environment: Environment, frame: Frame): void {
  const binding = frame.unit.bindings.of(node);
  const shown = value.taints.length > 0 ? { ...value, taints: addSteps(value.taints, node, `in ${node.text}`) } : value;
  if (!binding) {
    environment.set(`global ${node.text}`, shown);
    return;
  }
  environment.set(String(binding.id), shown);
  if (binding.owner !== frame.fn.node || binding.writtenElsewhere) share(frame, binding.id, shown);
}

function assignMember(
  machine: Machine,
  node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
  value: Value,
  environment: Environment,
  frame: Frame,
): void {
  const object = machine.evaluate(node.expression, environment, frame);
  const index = ts.isElementAccessExpression(node)
    ? machine.evaluate(node.argumentExpression, environment, frame)
    : undefined;
  const constant = index && constantOf(index);
  const name = ts.isPropertyAccessExpression(node) ? node.name.text : constant ? String(constant.value) : undefined;
  for (const observe of machine.observers.assign) {
    observe(
      { node, target: node, object, property: name, key: index, value, valueNode: assignedNode(node), frame },
      machine,
    );
  }
  if (ts.isPropertyAccessExpression(node) && name === 'exports' && isModuleObject(node.expression, frame)) {
    frame.unit.exported = join(value, frame.unit.exported.object === frame.unit.exports ? value : frame.unit.exported);
    return;
  }
  const kept = value.taints.filter((taint) => !(taint.marks & mark.dynamicRead));
  // That a value was reached by an untrusted key says nothing of the place it is kept in.
  const stored =
    value.taints.length > 0 ? { ...value, taints: addSteps(kept, node, `stored in ${shortText(node)}`) } : value;
  const key = accessKey(node, frame.unit.bindings);
  // Reading `object[key]` again reaches by the same key, so there the value keeps all that it carries.
  if (key !== undefined)
    environment.set(key, name === undefined ? { ...stored, taints: joinTaints(stored.taints, value.taints) } : stored);
  writeProperty(object, name, stored);
  if (name !== undefined) callSetter(machine, object, name, value, node, frame);
  // What is hung on the page's globals, or on jQuery, is there for other scripts.
  if (name !== undefined && object.refs?.some((ref) => pageGlobals.has(ref)))
    frame.unit.exports.properties.set(name, value);
  recordParameterWrite(object, name, stored, frame);
  keepValue(machine, object, name, value, node, frame);
  for (const callable of value.functions ?? []) {
    const fn = callable as { node?: ts.Node; thisValue?: Value };
    if (fn.node && ts.isFunctionExpression(fn.node) && object.object) fn.thisValue ??= methodReceiver(object);
  }
}

/** `object.name = value` where the class has `set name(value)`. */
function callSetter(machine: Machine, object: Value, name: string, value: Value, node: ts.Node, frame: Frame): void {
  const setter = object.object && propertyOf(object.object, `set ${name}`);
  for (const callable of setter?.functions ?? []) {
    const site = { node, caller: frame.fn, arguments: [value], thisValue: object, depth: 0 };
    machine.apply(callable as FunctionInfo, site);
  }
}

/** `X.prototype.m = function` sees instances of X as `this`. */
function methodReceiver(object: Value): Value {
  return object;
}

const pageGlobals = new Set(['window', 'globalThis', 'self', 'global', '$.fn', '$']);

export function writeProperty(object: Value, name: string | undefined, value: Value): void {
  for (const callable of object.functions ?? []) {
    if (name === undefined) continue;
    // A prototype of which nothing is known still takes the methods that are written to it afterwards.
    const bare = name === 'prototype' && !value.object;
    const kept = bare ? { ...value, object: prototypeOf(callable).object! } : value;
    callable.statics.properties.set(name, kept);
  }
  const held = object.object;
  if (!held) return;
  if (name === undefined) {
    held.rest = join(held.rest, value);
    held.closed = false;
    return;
  }
  const known = held.properties.get(name);
  held.properties.set(name, known && held.kind !== 'object' ? join(value, known) : value);
  if (held.parent) tellAbove(held, name, value);
}

function recordParameterWrite(object: Value, name: string | undefined, value: Value, frame: Frame): void {
  if (value.taints.length === 0 && !value.functions) return;
  for (const taint of object.taints) {
    const origin = taint.origin;
    if (origin.kind !== 'parameter' || origin.owner !== frame.fn || origin.path.length > 2) continue;
    if (frame.fn.parameterWrites.length > 40) return;
    frame.fn.parameterWrites.push({ index: origin.index, path: [...origin.path, name ?? '*'], value });
  }
}

function assignedNode(node: ts.Expression): ts.Expression {
  const parent = node.parent;
  return parent && ts.isBinaryExpression(parent) ? parent.right : node;
}

function isModuleObject(node: ts.Expression, frame: Frame): boolean {
  return ts.isIdentifier(node) && node.text === 'module' && !frame.unit.bindings.of(node);
}

function destructureObject(
  machine: Machine,
  pattern: ts.ObjectBindingPattern,
  value: Value,
  environment: Environment,
  frame: Frame,
): void {
  for (const element of pattern.elements) {
    if (element.dotDotDotToken) {
      const rest = newObject('object');
      for (const [name, held] of value.object?.properties ?? []) rest.properties.set(name, held);
      rest.rest = value.object?.rest ?? { taints: noTaints };
      rest.spread = value.object?.spread ?? noTaints;
      rest.closed = false;
      machine.assign(element.name, { ...objectValue(rest), taints: value.taints }, environment, frame);
      continue;
    }
    const key = element.propertyName ?? (ts.isIdentifier(element.name) ? element.name : undefined);
    const name = key && propertyName(key);
    let part = machine.member(value, name, element, frame);
    part = withDefault(machine, element, part, environment, frame);
    machine.assign(element.name, part, environment, frame);
  }
}

function destructureArray(
  machine: Machine,
  elements: readonly ts.ArrayBindingElement[],
  value: Value,
  environment: Environment,
  frame: Frame,
): void {
  elements.forEach((element, index) => {
    if (ts.isOmittedExpression(element)) return;
    let part = element.dotDotDotToken
      ? { ...value, taints: joinTaints(value.taints, elementsOf(value).taints) }
      : machine.member(value, String(index), element, frame);
    part = withDefault(machine, element, part, environment, frame);
    machine.assign(element.name, part, environment, frame);
  });
}

export function withDefault(
  machine: Machine,
  element: ts.BindingElement | ts.ParameterDeclaration,
  value: Value,
  environment: Environment,
  frame: Frame,
): Value {
  if (!element.initializer) return value;
  const fallback = machine.evaluate(element.initializer, environment, frame);
  return { ...join(value, fallback), ...(value.constant && { constant: value.constant }) };
}
