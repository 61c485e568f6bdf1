import { unwrap } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';
import { everyKind, kindSet } from '../values/kinds.ts';
import { constantOf } from '../values/value.ts';
import type { Environment } from './environment.ts';
import { refineCall, refineHost, refineKeyTest, refineMembership, refinePrefix } from './guardCalls.ts';
import type { Frame, Machine } from './machine.ts';
import { apply, quietly } from './narrowing.ts';

const Kind = ts.SyntaxKind;
const pathKinds = kindSet('path');
const keyKinds = kindSet('key', 'merge');
const typeKinds = kindSet('nosql', 'type', 'merge');

/**
 * Narrows what is known when `condition` turned out `outcome`: comparisons with constants, allow-lists, prefix tests,
 * type tests, pattern tests, key tests and calls of functions that are named as tests.
 */
export function refineCondition(
  machine: Machine,
  condition: ts.Expression,
  outcome: boolean,
  environment: Environment,
  frame: Frame,
): void {
  const outer = steps;
  steps = 0;
  try {
    refine(machine, condition, outcome, environment, frame);
  } finally {
    steps = outer;
  }
}

/** Each `||` and `&&` within another is looked at for both of its outcomes: deeply nested ones would take for ever. */
const MOST_STEPS = 1000;
/** Parts of the condition at hand that were looked at. */
let steps = 0;

function refine(
  machine: Machine,
  condition: ts.Expression,
  outcome: boolean,
  environment: Environment,
  frame: Frame,
): void {
  // What is left out grants nothing.
  if (++steps > MOST_STEPS) return;
  const node = unwrap(condition);
  if (ts.isPrefixUnaryExpression(node) && node.operator === Kind.ExclamationToken) {
    return refine(machine, node.operand, !outcome, environment, frame);
  }
  if (ts.isBinaryExpression(node)) return refineBinary(machine, node, outcome, environment, frame);
  if (ts.isCallExpression(node)) return refineCall(machine, node, outcome, environment, frame);
  if (ts.isIdentifier(node)) refineThroughVariable(machine, node, outcome, environment, frame);
}

function refineBinary(
  machine: Machine,
  node: ts.BinaryExpression,
  outcome: boolean,
  environment: Environment,
  frame: Frame,
): void {
  const operator = node.operatorToken.kind;
  if (operator === Kind.AmpersandAmpersandToken || operator === Kind.BarBarToken) {
    const both = (operator === Kind.AmpersandAmpersandToken) === outcome;
    if (both) {
      refine(machine, node.left, outcome, environment, frame);
      refine(machine, node.right, outcome, environment, frame);
    } else refineEither(machine, node, outcome, environment, frame);
    return;
  }
  const equal = operator === Kind.EqualsEqualsEqualsToken || operator === Kind.EqualsEqualsToken;
  const unequal = operator === Kind.ExclamationEqualsEqualsToken || operator === Kind.ExclamationEqualsToken;
  if (equal || unequal) {
    refineEquality(machine, node.left, node.right, equal === outcome, environment, frame);
    refineEquality(machine, node.right, node.left, equal === outcome, environment, frame);
    return;
  }
  if (operator === Kind.InKeyword) {
    // `key in table`: an allow-list, though inherited names pass it.
    if (outcome) apply(machine, node.left, everyKind & ~keyKinds, environment, frame);
    return;
  }
  if (operator === Kind.InstanceOfKeyword) return;
  const grows = operator === Kind.LessThanToken || operator === Kind.LessThanEqualsToken;
  const shrinks = operator === Kind.GreaterThanToken || operator === Kind.GreaterThanEqualsToken;
  if (grows || shrinks) {
    refineIndexOf(machine, node, outcome, environment, frame);
    // A comparison with a bound limits a size.
    const small = grows === outcome ? node.left : node.right;
    apply(machine, small, kindSet('allocation'), environment, frame);
    const measured = unwrap(small);
    if (ts.isPropertyAccessExpression(measured) && measured.name.text === 'length') {
      apply(machine, measured.expression, kindSet('backtracking', 'allocation'), environment, frame);
    }
  }
}

/** After `a || b` was true (or `a && b` false) only what both sides grant is granted; a side without a test is left out. */
function refineEither(
  machine: Machine,
  node: ts.BinaryExpression,
  outcome: boolean,
  environment: Environment,
  frame: Frame,
): void {
  const left = environment.fork();
  refine(machine, node.left, outcome, left, frame);
  const right = environment.fork();
  refine(machine, node.left, !outcome, right, frame);
  refine(machine, node.right, outcome, right, frame);
  const leftChanges = left.changesSince(environment);
  const alone = environment.fork();
  refine(machine, node.right, outcome, alone, frame);
  const rightChanges = alone.changesSince(environment);
  // A value of another type than the granting side asks for goes on too: `typeof x !== 'object' && typeof x !== 'function'`.
  if (leftChanges.size * rightChanges.size === 0 && [node.left, node.right].some(isObjectTest)) return;
  // A side that says nothing of the data is a switch (`strict && !valid(x)`): the test counts.
  const apart = ![...leftChanges.keys()].some((key) => rightChanges.has(key));
  if (leftChanges.size === 0 || (apart && rightChanges.size > 0)) environment.absorb(rightChanges);
  else if (rightChanges.size === 0) environment.absorb(leftChanges);
  else environment.mergeBranches([leftChanges, right.changesSince(environment)]);
}

/** `typeof x === 'object'` and its like. */
function isObjectTest(side: ts.Expression): boolean {
  const node = unwrap(side);
  if (!ts.isBinaryExpression(node)) return false;
  const sides = [unwrap(node.left), unwrap(node.right)];
  return (
    sides.some(ts.isTypeOfExpression) && sides.some((each) => ts.isStringLiteralLike(each) && each.text === 'object')
  );
}

function refineEquality(
  machine: Machine,
  tested: ts.Expression,
  other: ts.Expression,
  equal: boolean,
  environment: Environment,
  frame: Frame,
): void {
  const node = unwrap(tested);
  const constant = constantOf(quietly(machine, other, environment, frame));
  if (ts.isTypeOfExpression(node)) {
    const type = constant?.value;
    const subject = node.expression;
    if (equal && (type === 'number' || type === 'boolean' || type === 'function'))
      apply(machine, subject, everyKind, environment, frame);
    if (equal && type === 'string') apply(machine, subject, typeKinds, environment, frame);
    if (!equal && type === 'object') apply(machine, subject, typeKinds, environment, frame);
    return;
  }
  if (ts.isCallExpression(node)) {
    if (constant) refineCallResult(machine, node, constant.value, equal, environment, frame);
    return;
  }
  if (!constant) {
    // Equality with a value that is not untrusted itself.
    const compared = quietly(machine, other, environment, frame);
    const trusted = compared.taints.length === 0 && (compared.text !== undefined || !compared.refs);
    if (equal && trusted && compared.object === undefined && isRead(other))
      apply(machine, tested, everyKind, environment, frame);
    return;
  }
  if (equal && constant.value !== null && constant.value !== undefined && constant.value !== true) {
    apply(machine, tested, everyKind, environment, frame);
    refineHost(machine, tested, environment, frame);
  }
  if (!equal && typeof constant.value === 'string')
    refineKeyTest(machine, tested, [constant.value], environment, frame);
}

function isRead(node: ts.Expression): boolean {
  const inner = unwrap(node);
  return ts.isPropertyAccessExpression(inner) && inner.name.text !== 'length';
}

/** `x.indexOf(y) === -1`, `x.indexOf(y) >= 0`, `a.localeCompare(b) === 0`, `typeof` and the like. */
function refineCallResult(
  machine: Machine,
  node: ts.CallExpression,
  constant: unknown,
  equal: boolean,
  environment: Environment,
  frame: Frame,
): void {
  const method = ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : '';
  if ((method === 'indexOf' || method === 'search' || method === 'lastIndexOf') && typeof constant === 'number') {
    if (constant === -1) return refineMembership(machine, node, !equal, environment, frame);
    if (constant === 0) return refinePrefix(machine, node, equal, environment, frame);
  }
  if (typeof constant === 'boolean') return refineCall(machine, node, constant === equal, environment, frame);
  if ((method === 'exec' || method === 'match') && constant === null) {
    return refineCall(machine, node, !equal, environment, frame);
  }
  // `path.basename(x) === name`, `x.substr(0, root.length) === root`.
  if (/^(substr|substring|slice)$/.test(method) && equal) {
    apply(machine, (node.expression as ts.PropertyAccessExpression).expression, pathKinds, environment, frame);
  }
}

function refineIndexOf(
  machine: Machine,
  node: ts.BinaryExpression,
  outcome: boolean,
  environment: Environment,
  frame: Frame,
): void {
  const call = unwrap(node.left);
  if (!ts.isCallExpression(call) || !ts.isPropertyAccessExpression(call.expression)) return;
  if (!/^(indexOf|search|lastIndexOf)$/.test(call.expression.name.text)) return;
  const bound = constantOf(quietly(machine, node.right, environment, frame))?.value;
  const operator = node.operatorToken.kind;
  const found =
    (operator === Kind.GreaterThanToken && bound === -1) ||
    (operator === Kind.GreaterThanEqualsToken && bound === 0) ||
    (operator === Kind.GreaterThanToken && bound === 0);
  const missing = operator === Kind.LessThanToken && bound === 0;
  if (found || missing) refineMembership(machine, call, found === outcome, environment, frame);
}

/** `const ok = x.startsWith(root); if (ok) ...`: the test lies in the variable's only initialiser. */
function refineThroughVariable(
  machine: Machine,
  node: ts.Identifier,
  outcome: boolean,
  environment: Environment,
  frame: Frame,
): void {
  const binding = frame.unit.bindings.of(node);
  if (!binding || binding.writes > 0 || binding.owner !== frame.fn.node) return;
  const declaration = binding.declaration;
  if (!ts.isVariableDeclaration(declaration) || !declaration.initializer) return;
  const test = unwrap(declaration.initializer);
  if (ts.isCallExpression(test) || ts.isBinaryExpression(test) || ts.isPrefixUnaryExpression(test)) {
    refine(machine, test, outcome, environment, frame);
  }
}
