import { ts } from '../syntax/typescript.ts';
import type { ParameterOrigin, Step, Taint } from '../values/taint.ts';
import { newObject, unknown, type Value } from '../values/value.ts';
import { shortText } from './accessPath.ts';
import { Environment } from './environment.ts';
import type { FunctionInfo, ModuleUnit } from './machine.ts';

let nextId = 1;

/** A function of the program, not analysed yet. */
export function newFunction(
  node: FunctionInfo['node'],
  environment: Environment,
  unit: ModuleUnit,
  thisValue?: Value,
): FunctionInfo {
  const fn = makeFunction(node, environment, unit, thisValue);
  unit.functions.push(fn);
  unit.functionByNode.set(node, fn);
  return fn;
}

/**
 * A function that nobody wrote: one place of the program calls it with a value and another reads its parameter, in
 * whatever order the two are analysed.
 */
export function channel(name: string, unit: ModuleUnit): FunctionInfo {
  const fn = makeFunction(unit.tree.root, new Environment(undefined, true), unit);
  return { ...fn, name, state: 'done' };
}

function makeFunction(
  node: FunctionInfo['node'],
  environment: Environment,
  unit: ModuleUnit,
  thisValue?: Value,
): FunctionInfo {
  return {
    id: nextId++,
    statics: newObject('class'),
    node,
    unit,
    name: functionName(node),
    environment,
    thisValue,
    parameterRefs: [],
    parameterValues: [],
    state: 'new',
    returns: unknown,
    hits: [],
    parameterCalls: [],
    parameterWrites: [],
    callSites: [],
    classInfo: undefined,
  };
}

function functionName(node: FunctionInfo['node']): string {
  if (ts.isSourceFile(node)) return 'module';
  if (ts.isConstructorDeclaration(node)) return node.parent.name?.text ?? 'constructor';
  if ('name' in node && node.name) return node.name.getText();
  const parent = node.parent;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent.name.getText();
  if (ts.isBinaryExpression(parent)) return shortText(parent.left);
  return 'function';
}

export function parameterTaint(fn: FunctionInfo, index: number, node: ts.Node, name: string): Taint {
  const origin: ParameterOrigin = { kind: 'parameter', owner: fn, index, path: [], key: `p${fn.id}.${index}` };
  const step: Step = { node, note: `parameter ${name}`, previous: undefined, length: 1 };
  return { origin, step, cleared: 0, marks: 0 };
}
