import { markupExtension } from '../syntax/embedded.ts';
import { unwrap } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';
import { OUTPUT } from '../templates/rawOutput.ts';
import { join, unknown, type Value } from '../values/value.ts';
import { elementsOf } from './collections.ts';
import type { Environment } from './environment.ts';
import type { Frame, FunctionInfo, Machine, ModuleUnit } from './machine.ts';

/** A statement that stands for unescaped markup of a component: `v-html`, `{@html}`. */
export function isOutput(statement: ts.Statement): boolean {
  if (!ts.isExpressionStatement(statement)) return false;
  const call = unwrap(statement.expression);
  return ts.isCallExpression(call) && ts.isIdentifier(call.expression) && call.expression.text === OUTPUT;
}

/**
 * A name in a component's markup that its script does not declare: what goes through a loop of the markup, or a field
 * of a Vue component (`data`, `computed`, what its methods assign to `this`).
 */
export function componentName(
  machine: Machine,
  node: ts.Identifier,
  environment: Environment,
  frame: Frame,
): Value | undefined {
  const { unit } = frame;
  if (!markupExtension.test(unit.path) || !isInOutput(node)) return undefined;
  if (node.text === OUTPUT) return unknown;
  return fieldOf(machine, unit, node.text) ?? elementOf(machine, node, environment, frame);
}

function isInOutput(node: ts.Node): boolean {
  for (let at: ts.Node = node; at.parent; at = at.parent) if (ts.isStatement(at)) return isOutput(at);
  return false;
}

function fieldOf(machine: Machine, unit: ModuleUnit, name: string): Value | undefined {
  const component = unit.exports.properties.get('default')?.object;
  if (!component) return undefined;
  let field: Value | undefined;
  const add = (value: Value | undefined): void => {
    if (value) field = field ? join(field, value) : value;
  };
  const part = (key: string): Value | undefined => component.properties.get(key);
  const all = [...component.properties.values(), ...(part('methods')?.object?.properties.values() ?? [])];
  const hooks = all.flatMap((hook) => functionsOf(machine, hook));
  // Methods of an object see it as `this`.
  for (const fn of hooks) add(fn.thisValue?.object?.properties.get(name));
  for (const fn of functionsOf(machine, part('data'))) add(fn.returns.object?.properties.get(name));
  for (const fn of functionsOf(machine, part('computed')?.object?.properties.get(name))) add(fn.returns);
  for (const fn of hooks) {
    for (const write of fn.parameterWrites) if (write.index === -1 && write.path[0] === name) add(write.value);
  }
  return field;
}

function functionsOf(machine: Machine, value: Value | undefined): FunctionInfo[] {
  const functions = (value?.functions ?? []) as readonly FunctionInfo[];
  for (const fn of functions) machine.summarize(fn);
  return [...functions];
}

/** `v-for="post in posts"`, `{#each posts as post}`: an element of what the loop goes through. */
function elementOf(machine: Machine, node: ts.Identifier, environment: Environment, frame: Frame): Value | undefined {
  const { unit } = frame;
  const name = node.text.replace(/[$]/g, '\\$&');
  const source = unit.tree.markup ?? '';
  const loop =
    new RegExp(`v-for\\s*=\\s*["']\\s*\\(?\\s*${name}\\b[^"']*?\\s(?:in|of)\\s+([\\w$.]+)`).exec(source) ??
    new RegExp(`\\{#each\\s+([\\w$.]+)\\s+as\\s+${name}\\b`).exec(source);
  const [first, ...rest] = loop?.[1]?.split('.') ?? [];
  if (first === undefined) return undefined;
  const binding = unit.bindings.all.find((each) => each.name === first && ts.isSourceFile(each.owner));
  let value = (binding && environment.get(String(binding.id))) ?? fieldOf(machine, unit, first) ?? unknown;
  for (const part of rest) value = machine.member(value, part, node, frame);
  return elementsOf(value);
}
