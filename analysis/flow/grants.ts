import { unwrap } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';
import { everyKind, type KindSet } from '../values/kinds.ts';
import type { Environment } from './environment.ts';
import type { CallEvent, Exit, Frame, FunctionInfo, Machine } from './machine.ts';
import { apply } from './narrowing.ts';

const MOST_PARAMETERS = 4;

/** Notes that a function ends here. */
export function noteExit(frame: Frame, environment: Environment, expression: ts.Expression | undefined): void {
  const { node } = frame.fn;
  if (!ts.isFunctionLike(node) || node.parameters.length === 0 || node.parameters.length > MOST_PARAMETERS) return;
  const cleared = node.parameters.map((_, index) => clearedOf(frame.fn, index, environment));
  frame.exits ??= [];
  frame.exits.push({ environment, frame, expression, cleared });
}

/** The exits of a function that answers by testing, and of no other: they keep alive what was known there. */
export function answers(exits: readonly Exit[] | undefined): readonly Exit[] | undefined {
  return exits?.some(({ expression }) => expression && isTest(unwrap(expression))) &&
    exits.every(({ expression }) => !expression || isAnswer(unwrap(expression)))
    ? exits
    : undefined;
}

const testCall =
  /^(test|startsWith|endsWith|includes|has|some|every|hasOwn|hasOwnProperty|isInteger|isFinite|isSafeInteger)$|^(is|has|valid|check|safe|allow|contains|matches)/i;

function isAnswer(node: ts.Expression): boolean {
  const { kind } = node;
  return kind === ts.SyntaxKind.TrueKeyword || kind === ts.SyntaxKind.FalseKeyword || isTest(node);
}

function isTest(node: ts.Expression): boolean {
  if (ts.isPrefixUnaryExpression(node)) return node.operator === ts.SyntaxKind.ExclamationToken;
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.kind;
    if (operator === ts.SyntaxKind.AmpersandAmpersandToken || operator === ts.SyntaxKind.BarBarToken)
      return isAnswer(unwrap(node.left)) || isAnswer(unwrap(node.right));
    return comparisons.has(operator);
  }
  if (!ts.isCallExpression(node)) return false;
  const callee = unwrap(node.expression);
  const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : ts.isIdentifier(callee) ? callee.text : '';
  return testCall.test(name);
}

const comparisons = new Set<ts.SyntaxKind>([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
  ts.SyntaxKind.InKeyword,
]);

function clearedOf(fn: FunctionInfo, index: number, environment: Environment): KindSet {
  const name = 'parameters' in fn.node ? fn.node.parameters[index]?.name : undefined;
  const binding = name && ts.isIdentifier(name) ? fn.unit.bindings.of(name) : undefined;
  const value = binding && environment.get(String(binding.id));
  const own = value?.taints.find(
    ({ origin }) =>
      origin.kind === 'parameter' && origin.owner === fn && origin.index === index && origin.path.length === 0,
  );
  return own?.cleared ?? 0;
}

/** Summary: what a call that comes back has shown of each argument, because the function throws otherwise. */
export function always(exits: readonly Exit[] | undefined): readonly KindSet[] {
  return exits ? meet(exits.map(({ cleared }) => cleared)) : [];
}

const known = new WeakMap<FunctionInfo, Map<boolean, readonly KindSet[]>>();

/** What the function has shown of each argument when its answer is `outcome`. */
export function whenAnswered(machine: Machine, fn: FunctionInfo, outcome: boolean): readonly KindSet[] {
  machine.summarize(fn);
  if (!fn.exits || fn.state !== 'done') return [];
  let answers = known.get(fn);
  if (!answers) {
    answers = new Map();
    known.set(fn, answers);
  }
  let kinds = answers.get(outcome);
  if (!kinds) {
    // A test that asks itself shows nothing by that.
    answers.set(outcome, []);
    kinds = shownBy(machine, fn, outcome);
    answers.set(outcome, kinds);
  }
  return kinds;
}

function shownBy(machine: Machine, fn: FunctionInfo, outcome: boolean): readonly KindSet[] {
  const possible = (fn.exits ?? []).filter(({ expression }) => mayBe(expression, outcome));
  return meet(
    possible.map(({ environment, frame, expression }) => {
      const branch = environment.fork();
      if (expression) machine.refine(expression, outcome, branch, frame);
      return (frame.fn.exits?.[0]?.cleared ?? []).map((_, index) => clearedOf(frame.fn, index, branch));
    }),
  );
}

function mayBe(expression: ts.Expression | undefined, outcome: boolean): boolean {
  const node = expression && unwrap(expression);
  if (!node) return !outcome;
  if (node.kind === ts.SyntaxKind.TrueKeyword) return outcome;
  return node.kind !== ts.SyntaxKind.FalseKeyword && node.kind !== ts.SyntaxKind.NullKeyword ? true : !outcome;
}

function meet(ends: readonly (readonly KindSet[])[]): readonly KindSet[] {
  const [first, ...others] = ends;
  return first?.map((kinds, index) => others.reduce((all, end) => all & (end[index] ?? 0), kinds & everyKind)) ?? [];
}

/** After `assertName(name)` the name is what the function lets pass. */
export function grantAlways(machine: Machine, event: CallEvent, environment: Environment): void {
  const functions = event.callee.functions as readonly FunctionInfo[] | undefined;
  if (functions?.length !== 1 || event.callee.bound || !ts.isCallExpression(event.node)) return;
  for (const [index, kinds] of (functions[0]!.always ?? []).entries()) {
    const argument = event.node.arguments[index];
    if (kinds !== 0 && argument && !ts.isSpreadElement(argument))
      apply(machine, argument, kinds, environment, event.frame);
  }
}
