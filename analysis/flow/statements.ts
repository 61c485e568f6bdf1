import { typeRef } from '../models/conventions.ts';
import { ts } from '../syntax/typescript.ts';
import { joinTaints, mark, noTaints } from '../values/taint.ts';
import { deepTaints, join, type Value } from '../values/value.ts';
import { elementsOf } from './collections.ts';
import type { Changes, Environment } from './environment.ts';
import { noteExit } from './grants.ts';
import type { Frame, Jump, Machine } from './machine.ts';

/** Runs a list of statements; function and class declarations are known from the start. False: control does not go on. */
export function executeBlock(
  machine: Machine,
  statements: readonly ts.Statement[],
  environment: Environment,
  frame: Frame,
): boolean {
  hoist(machine, statements, environment, frame);
  let alive = true;
  for (const statement of statements) {
    // Code after a return is still looked at, for rules that need no flow.
    if (!machine.execute(statement, alive ? environment : environment.fork(), frame)) alive = false;
  }
  return alive;
}

/** The same for a module's own statements, with a pause after each. */
export function* blockSteps(
  machine: Machine,
  statements: readonly ts.Statement[],
  environment: Environment,
  frame: Frame,
): Generator<void, void, void> {
  hoist(machine, statements, environment, frame);
  let alive = true;
  for (const statement of statements) {
    if (!machine.execute(statement, alive ? environment : environment.fork(), frame)) alive = false;
    yield;
  }
}

function hoist(machine: Machine, statements: readonly ts.Statement[], environment: Environment, frame: Frame): void {
  for (const statement of statements) {
    if (!ts.isFunctionDeclaration(statement) || !statement.name || !statement.body) continue;
    const binding = frame.unit.bindings.of(statement.name);
    if (!binding) continue;
    const fn = machine.functionFor(statement, environment, frame.unit);
    environment.set(String(binding.id), { taints: noTaints, functions: [fn] });
  }
}

export function executeStatement(
  machine: Machine,
  node: ts.Statement,
  environment: Environment,
  frame: Frame,
  label?: string,
): boolean {
  machine.tick();
  if (ts.isExpressionStatement(node)) {
    machine.evaluate(node.expression, environment, frame);
    return !endsProcess(node.expression);
  }
  if (ts.isVariableStatement(node)) {
    declare(machine, node.declarationList, environment, frame);
    return true;
  }
  if (ts.isReturnStatement(node)) {
    if (node.expression) frame.returned.push(machine.evaluate(node.expression, environment, frame));
    noteExit(frame, environment, node.expression);
    return false;
  }
  if (ts.isThrowStatement(node)) {
    const thrown = machine.evaluate(node.expression, environment, frame);
    frame.thrown?.push(thrown);
    return false;
  }
  if (ts.isIfStatement(node)) return executeIf(machine, node, environment, frame);
  if (ts.isBlock(node)) return executeBlock(machine, node.statements, environment, frame);
  if (ts.isForStatement(node)) {
    if (node.initializer) {
      if (ts.isVariableDeclarationList(node.initializer)) declare(machine, node.initializer, environment, frame);
      else machine.evaluate(node.initializer, environment, frame);
    }
    return executeLoop(machine, node.statement, environment, frame, label, {
      condition: node.condition,
      increment: node.incrementor,
    });
  }
  if (ts.isWhileStatement(node)) {
    return executeLoop(machine, node.statement, environment, frame, label, { condition: node.expression });
  }
  if (ts.isDoStatement(node)) {
    const alive = executeLoop(machine, node.statement, environment, frame, label, { atLeastOnce: true });
    machine.evaluate(node.expression, environment, frame);
    return alive;
  }
  if (ts.isForInStatement(node) || ts.isForOfStatement(node)) {
    const subject = machine.evaluate(node.expression, environment, frame);
    const element = ts.isForOfStatement(node) ? iterated(machine, subject, node, frame) : keysOf(subject);
    return executeLoop(machine, node.statement, environment, frame, label, { binding: node.initializer, element });
  }
  if (ts.isSwitchStatement(node)) return executeSwitch(machine, node, environment, frame, label);
  if (ts.isTryStatement(node)) return executeTry(machine, node, environment, frame);
  if (ts.isLabeledStatement(node)) {
    return executeStatement(machine, node.statement, environment, frame, node.label.text);
  }
  if (ts.isBreakStatement(node) || ts.isContinueStatement(node)) return jump(node, environment, frame);
  if (ts.isClassDeclaration(node)) {
    const info = machine.classFor(node, environment, frame);
    const binding = node.name && frame.unit.bindings.of(node.name);
    if (binding) environment.set(String(binding.id), { taints: noTaints, object: info.statics });
    return true;
  }
  if (ts.isWithStatement(node)) {
    machine.evaluate(node.expression, environment, frame);
    return machine.execute(node.statement, environment, frame);
  }
  if (ts.isExportAssignment(node)) {
    machine.evaluate(node.expression, environment, frame);
    return true;
  }
  if (ts.isModuleDeclaration(node) && node.body && ts.isModuleBlock(node.body)) {
    return executeBlock(machine, node.body.statements, environment, frame);
  }
  return true;
}

/** What `for of` gives: elements, or what a stream such as a request yields. */
function iterated(machine: Machine, subject: Value, node: ts.ForOfStatement, frame: Frame): Value {
  const element = elementsOf(subject);
  return subject.refs
    ? join(element, machine.member({ taints: noTaints, refs: subject.refs }, '[]', node.expression, frame))
    : element;
}

/** The keys that `for in` and `Object.keys` give: whoever made the object chose them. */
export function keysOf(subject: Value): Value {
  const taints = deepTaints(subject, 1).map((taint) => ({
    ...taint,
    marks: taint.marks | mark.enumeratedKey | mark.text,
  }));
  return { taints };
}

function endsProcess(node: ts.Expression): boolean {
  return ts.isCallExpression(node) && node.expression.getText() === 'process.exit';
}

export function declare(
  machine: Machine,
  list: ts.VariableDeclarationList,
  environment: Environment,
  frame: Frame,
): void {
  for (const declaration of list.declarations) {
    if (!declaration.initializer) continue;
    let value = machine.evaluate(declaration.initializer, environment, frame);
    const declared = typeRef(declaration.type);
    if (declared) value = { ...value, refs: [...(value.refs ?? []), machine.models.canonical(declared)] };
    machine.assign(declaration.name, value, environment, frame);
  }
}

function executeIf(machine: Machine, node: ts.IfStatement, environment: Environment, frame: Frame): boolean {
  const condition = machine.evaluate(node.expression, environment, frame);
  const branches: Changes[] = [];
  const run = (statement: ts.Statement | undefined, outcome: boolean): void => {
    const branch = environment.fork();
    machine.refine(node.expression, outcome, branch, frame);
    const alive = statement ? machine.execute(statement, branch, frame) : true;
    if (alive && condition.constant?.value !== !outcome) branches.push(branch.changesSince(environment));
  };
  run(node.thenStatement, true);
  run(node.elseStatement, false);
  if (branches.length === 0) return false;
  environment.mergeBranches(branches);
  return true;
}

interface LoopParts {
  condition?: ts.Expression;
  increment?: ts.Expression;
  binding?: ts.ForInitializer;
  element?: Value;
  atLeastOnce?: boolean;
}

/** Loops run twice over values when the first round changed what is tainted; that reaches what one round feeds the next. */
function executeLoop(
  machine: Machine,
  body: ts.Statement,
  environment: Environment,
  frame: Frame,
  label: string | undefined,
  parts: LoopParts,
): boolean {
  const target: Jump = { label, breaks: [], continues: [], base: environment };
  frame.jumps.push(target);
  const rounds = frame.jumps.length > 3 ? 1 : 2;
  for (let round = 0; round < rounds; round++) {
    const inner = environment.fork();
    if (parts.condition) {
      machine.evaluate(parts.condition, inner, frame);
      machine.refine(parts.condition, true, inner, frame);
    }
    if (parts.binding && parts.element) bindElement(machine, parts.binding, parts.element, inner, frame);
    const alive = machine.execute(body, inner, frame);
    if (parts.increment) machine.evaluate(parts.increment, inner, frame);
    const ends = [...(target.continues ?? []), ...target.breaks];
    if (alive) ends.push(inner.changesSince(environment));
    target.continues = [];
    target.breaks = [];
    if (!parts.atLeastOnce) ends.push(new Map());
    const before = snapshot(ends, environment);
    if (ends.length > 0) environment.mergeBranches(ends);
    if (!before) break;
  }
  frame.jumps.pop();
  if (parts.condition) machine.refine(parts.condition, false, environment, frame);
  return true;
}

/** True when some change brings taint that the state before did not have. */
function snapshot(ends: readonly Changes[], environment: Environment): boolean {
  return ends.some((changes) => {
    for (const [key, value] of changes) {
      if (value.taints.length > (environment.get(key)?.taints.length ?? 0)) return true;
      if (value.object) return true;
    }
    return false;
  });
}

function bindElement(
  machine: Machine,
  binding: ts.ForInitializer,
  element: Value,
  environment: Environment,
  frame: Frame,
): void {
  if (ts.isVariableDeclarationList(binding)) {
    for (const declaration of binding.declarations) machine.assign(declaration.name, element, environment, frame);
  } else machine.assign(binding, element, environment, frame);
}

function executeSwitch(
  machine: Machine,
  node: ts.SwitchStatement,
  environment: Environment,
  frame: Frame,
  label: string | undefined,
): boolean {
  machine.evaluate(node.expression, environment, frame);
  const target: Jump = { label, breaks: [], continues: undefined, base: environment };
  frame.jumps.push(target);
  const ends: Changes[] = [];
  let falling: Changes | undefined;
  let hasDefault = false;
  for (const clause of node.caseBlock.clauses) {
    const branch = environment.fork();
    if (falling) branch.absorb(falling);
    if (ts.isCaseClause(clause)) {
      machine.evaluate(clause.expression, branch, frame);
      const test = ts.factory.createStrictEquality(node.expression, clause.expression);
      if (!falling) machine.refine(test, true, branch, frame);
    } else hasDefault = true;
    const alive = executeBlock(machine, clause.statements, branch, frame);
    falling = alive ? branch.changesSince(environment) : undefined;
  }
  if (falling) ends.push(falling);
  frame.jumps.pop();
  ends.push(...target.breaks);
  if (!hasDefault) ends.push(new Map());
  if (ends.length === 0) return false;
  environment.mergeBranches(ends);
  return true;
}

function executeTry(machine: Machine, node: ts.TryStatement, environment: Environment, frame: Frame): boolean {
  const body = environment.fork();
  const ends: Changes[] = [];
  const outer = frame.thrown;
  const thrown: Value[] = [];
  frame.thrown = thrown;
  if (executeBlock(machine, node.tryBlock.statements, body, frame)) ends.push(body.changesSince(environment));
  frame.thrown = outer;
  if (node.catchClause) {
    const handler = environment.fork();
    // The body may have stopped anywhere: the handler sees either state.
    handler.mergeBranches([body.changesSince(environment), new Map()]);
    const name = node.catchClause.variableDeclaration?.name;
    const caught: Value = { taints: noTaints, refs: ['Error.caught'] };
    if (name) machine.assign(name, thrown.reduce(join, caught), handler, frame);
    if (executeBlock(machine, node.catchClause.block.statements, handler, frame)) {
      ends.push(handler.changesSince(environment));
    }
  }
  if (ends.length > 0) environment.mergeBranches(ends);
  const finished = node.finallyBlock ? executeBlock(machine, node.finallyBlock.statements, environment, frame) : true;
  return ends.length > 0 && finished;
}

function jump(node: ts.BreakOrContinueStatement, environment: Environment, frame: Frame): boolean {
  const name = node.label?.text;
  const wantsLoop = ts.isContinueStatement(node);
  for (let index = frame.jumps.length - 1; index >= 0; index--) {
    const target = frame.jumps[index]!;
    if (name !== undefined ? target.label !== name : wantsLoop && !target.continues) continue;
    const list = wantsLoop ? target.continues : target.breaks;
    list?.push(environment.changesSince(target.base));
    break;
  }
  return false;
}

/** Joins what a variable may hold when functions other than its owner write it. */
export function share(frame: Frame, bindingId: number, value: Value): void {
  const known = frame.unit.shared.get(bindingId);
  const next = known ? join(known, value) : value;
  frame.unit.shared.set(
    bindingId,
    next === value && known ? { ...value, taints: joinTaints(known.taints, value.taints) } : next,
  );
}
