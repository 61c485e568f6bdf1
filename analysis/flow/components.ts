import { markupExtension } from '../syntax/embedded.ts';
import { unwrap } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';
import { OUTPUT, PASSED } from '../templates/rawOutput.ts';
import { join, newObject, objectValue, unknown, type Value } from '../values/value.ts';
import { elementsOf } from './collections.ts';
import type { Environment } from './environment.ts';
import { parameterTaint } from './functionInfo.ts';
import type { CallEvent, Frame, FunctionInfo, Machine, ModuleUnit } from './machine.ts';

/** A statement that stands for a part of a component's markup: `v-html`, `{@html}`, a property of another component. */
export function isOutput(statement: ts.Statement): boolean {
  if (!ts.isExpressionStatement(statement)) return false;
  const call = unwrap(statement.expression);
  return ts.isCallExpression(call) && ts.isIdentifier(call.expression) && /^\$[AP]$/.test(call.expression.text);
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
  if (node.text === OUTPUT || node.text === PASSED) return unknown;
  return (
    fieldOf(machine, unit, node.text) ??
    elementOf(machine, node, environment, frame) ??
    machine.member(givenProperties(unit, node), node.text, node, frame)
  );
}

/** What other components give the one that a file is: the parameter of a function that they call. */
export function givenProperties(unit: ModuleUnit, node: ts.Node): Value {
  return unit.props ? { taints: [parameterTaint(unit.props, 0, node, 'props')] } : unknown;
}

/** Makes the file's component known to those that import it. */
export function exportComponent(unit: ModuleUnit): void {
  if (!unit.props) return;
  const taken: Value = { taints: [], functions: [unit.props] };
  unit.exports.properties.set(TAKES, taken);
  unit.exports.properties.get('default')?.object?.properties.set(TAKES, taken);
}

/** Svelte's `export let name` is what another component gives. */
export function bindGiven(machine: Machine, unit: ModuleUnit, environment: Environment, frame: Frame): void {
  if (!/\.svelte$/i.test(unit.path)) return;
  for (const statement of unit.tree.root.statements) {
    if (!ts.isVariableStatement(statement) || !statement.modifiers?.length) continue;
    for (const { name } of statement.declarationList.declarations) {
      const binding = ts.isIdentifier(name) ? unit.bindings.of(name) : undefined;
      if (!binding || !ts.isIdentifier(name)) continue;
      const given = machine.member(givenProperties(unit, name), name.text, name, frame);
      environment.set(String(binding.id), join(environment.get(String(binding.id)) ?? unknown, given));
    }
  }
}

/** Under which name a module keeps the function that its component's properties are given to. */
const TAKES = '$takes';

/** `<Child :text="x" />`: tells the file of the component. */
export function passProperty(machine: Machine, { node, arguments: [value], frame }: CallEvent): void {
  const { unit } = frame;
  const before = (unit.tree.markup ?? '').slice(0, ts.isCallExpression(node) ? node.arguments[0]?.getStart() : 0);
  const tag = /<([A-Za-z][\w-]*)(?:[^<>]|=>)*$/.exec(before)?.[1];
  const text = ts.isCallExpression(node) ? (node.arguments[0]?.getText() ?? '') : '';
  const name = (/([\w-]+)\s*=\s*["{]$/.exec(before)?.[1] ?? text).replace(/-(\w)/g, (_, letter: string) =>
    letter.toUpperCase(),
  );
  if (tag === undefined || !value) return;
  const wanted = tag.replaceAll('-', '').toLowerCase();
  const binding = unit.bindings.all.find((each) => each.kind === 'import' && each.name.toLowerCase() === wanted);
  const component = binding && frame.fn.environment.get(String(binding.id));
  const properties = newObject('object', node);
  properties.properties.set(name, value);
  const site = { node, caller: frame.fn, arguments: [objectValue(properties)], thisValue: undefined, depth: 0 };
  for (const callable of component?.object?.properties.get(TAKES)?.functions ?? [])
    machine.apply(callable as FunctionInfo, site);
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
  for (const key of ['data', 'setup']) {
    for (const fn of functionsOf(machine, part(key))) add(fn.returns.object?.properties.get(name));
  }
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
