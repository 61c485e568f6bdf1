import { ts } from '../syntax/typescript.ts';
import { addStep, joinTaints, mark, noTaints, type Step, type Taint } from '../values/taint.ts';
import { join, newObject, objectValue, prototypeOf, unknown, type Value } from '../values/value.ts';
import { withDefault } from './assign.ts';
import { arrayOf } from './collections.ts';
import { declaredInstance } from './declaredTypes.ts';
import { Environment } from './environment.ts';
import { newFunction, parameterTaint } from './functionInfo.ts';
import { always, answers, noteExit } from './grants.ts';
import type { Frame, FunctionInfo, Machine, ModuleUnit } from './machine.ts';
import { textOnly } from './members.ts';
import { executeBlock } from './statements.ts';

/** The function made by a node: one per node, however often the place is passed. */
export function functionFor(
  node: ts.FunctionLikeDeclaration,
  environment: Environment,
  unit: ModuleUnit,
): FunctionInfo {
  const known = unit.functionByNode.get(node);
  if (known) {
    if (known.state === 'new') known.environment = environment;
    return known;
  }
  const thisValue = ts.isArrowFunction(node) ? environment.get('this') : undefined;
  return newFunction(node, environment, unit, thisValue);
}

/** Analyses a function's body once, over symbolic parameters; what happens to them is its summary. */
export function summarize(machine: Machine, fn: FunctionInfo): void {
  if (fn.state !== 'new') return;
  fn.state = 'running';
  const environment = new Environment(fn.environment, true);
  const frame: Frame = { fn, unit: fn.unit, jumps: [], returned: [] };
  const node = fn.node;
  if (fn.thisValue) environment.set('this', fn.thisValue);
  else if (fn.statics.properties.has('prototype') || makesPrototype(node)) environment.set('this', prototypeOf(fn));
  else if (ts.isFunctionExpression(node) && node.asteriskToken) {
    // Koa's first middleware were generators with the context as `this`.
    environment.set('this', { taints: [], refs: ['koa.Context'] });
  } else if (!ts.isSourceFile(node) && !ts.isArrowFunction(node)) {
    environment.set('this', { taints: [parameterTaint(fn, -1, node, 'this')] });
  }
  if (ts.isFunctionExpression(node) && node.name) {
    // Inside, its own name is the function: `module.exports = function merge() { ... merge(a, b) ... }`.
    const own = fn.unit.bindings.of(node.name);
    if (own) environment.set(String(own.id), { taints: noTaints, functions: [fn] });
  }
  if (ts.isSourceFile(node)) executeBlock(machine, node.statements, environment, frame);
  else if (ts.isClassStaticBlockDeclaration(node)) executeBlock(machine, node.body.statements, environment, frame);
  else {
    bindParameters(machine, fn, node, environment, frame);
    if (node.body && ts.isBlock(node.body)) {
      if (executeBlock(machine, node.body.statements, environment, frame)) noteExit(frame, environment, undefined);
    } else if (node.body) {
      const body = node.body as ts.Expression;
      frame.returned.push(machine.evaluate(body, environment, frame));
      noteExit(frame, environment, body);
    }
    fn.always = always(frame.exits);
    fn.exits = answers(frame.exits);
  }
  fn.returns = frame.returned.reduce(join, unknown);
  // Whoever walks through a generator gets what it yields.
  if (frame.yielded) fn.returns = join(fn.returns, arrayOf(frame.yielded));
  fn.state = 'done';
}

/** `function Shop() { Shop.prototype.open = function () { ... } }`: a constructor that makes its methods itself. */
function makesPrototype(node: FunctionInfo['node']): boolean {
  if (!ts.isFunctionDeclaration(node) && !ts.isFunctionExpression(node)) return false;
  return node.name !== undefined && node.getText().includes(`${node.name.text}.prototype.`);
}

function bindParameters(
  machine: Machine,
  fn: FunctionInfo,
  node: ts.FunctionLikeDeclaration,
  environment: Environment,
  frame: Frame,
): void {
  const names = node.parameters.map((parameter) => (ts.isIdentifier(parameter.name) ? parameter.name.text : ''));
  const named = new Map<string, Value>();
  node.parameters.forEach((parameter, index) => {
    const known = fn.parameterValues[index];
    const ref = fn.parameterRefs[index] ?? machine.parameterRef(names, index, parameter, frame);
    let value: Value = known ?? { taints: noTaints };
    if (ref) value = { ...value, refs: [machine.models.canonical(ref)] };
    if (!known && (!ref || !machine.isExternalType(ref))) {
      value = {
        ...value,
        taints: joinTaints([parameterTaint(fn, index, parameter, names[index] || 'argument')], value.taints),
      };
    }
    if (ref) {
      const source = machine.models.entry(machine.models.canonical(ref))?.source;
      if (source && source.kind !== 'none') {
        const taint = machine.source(source.kind, parameter, frame);
        const given = source.text ? { ...taint, cleared: textOnly } : taint;
        value = { ...value, taints: joinTaints(value.taints, [given]) };
      }
    }
    const declared = declaredInstance(parameter.type, fn.unit, environment);
    if (declared && !value.object) value = join(declared, value);
    if (parameter.initializer) value = withDefault(machine, parameter, value, environment, frame);
    if (parameter.dotDotDotToken && !known) value = restOf(fn, node, index);
    machine.assign(parameter.name, value, environment, frame);
    if (ref && !parameter.dotDotDotToken) named.set(String(index), value);
  });
  // `arguments`: each by its position, any of them by a key that is not known.
  const all = restOf(fn, node, 0);
  for (const [index, value] of named) all.object?.properties.set(index, value);
  environment.set('global arguments', all);
}

/** The arguments from a position on, as an array. */
function restOf(fn: FunctionInfo, node: ts.Node, first: number): Value {
  const list = newObject('array', node);
  for (let index = 0; index < 6; index++) {
    const name = `arguments[${first + index}]`;
    list.properties.set(String(index), { taints: [parameterTaint(fn, first + index, node, name)] });
  }
  list.rest = { taints: [parameterTaint(fn, ANY_ARGUMENT, node, 'arguments')] };
  list.closed = false;
  return objectValue(list);
}

/** Position that stands for every argument. */
export const ANY_ARGUMENT = -2;

/** Puts the steps of a callee's way behind those of its caller. */
export function continueSteps(before: Taint, callee: Step, site: ts.Node, name: string): Step {
  const inner: Step[] = [];
  for (let at: Step | undefined = callee; at?.previous; at = at.previous) inner.push(at);
  let step = addStep(before, site, `passed to ${name}()`).step;
  for (const next of inner.reverse().slice(-8)) {
    step = { node: next.node, note: next.note, previous: step, length: step.length + 1 };
  }
  return step;
}

export function keepMarks(outer: number, inner: number): number {
  return (
    outer | (inner & (mark.prefixed | mark.guessed | mark.resolved | mark.dynamicRead | mark.enumeratedKey | mark.text))
  );
}
