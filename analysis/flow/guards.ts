import { unwrap } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';
import { everyKind, type KindSet, kindSet } from '../values/kinds.ts';
import { clear, mark } from '../values/taint.ts';
import { constantOf, knownText, type Value } from '../values/value.ts';
import { accessKey } from './accessPath.ts';
import type { Environment } from './environment.ts';
import type { Frame, Machine, Observers } from './machine.ts';
import { patternClears } from './patternGuard.ts';

const Kind = ts.SyntaxKind;
const pathKinds = kindSet('path');
const keyKinds = kindSet('key', 'merge');
const typeKinds = kindSet('nosql', 'type', 'merge');
const protoKeys = new Set(['__proto__', 'constructor', 'prototype']);

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
  const node = unwrap(condition);
  if (ts.isPrefixUnaryExpression(node) && node.operator === Kind.ExclamationToken) {
    return refineCondition(machine, node.operand, !outcome, environment, frame);
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
      refineCondition(machine, node.left, outcome, environment, frame);
      refineCondition(machine, node.right, outcome, environment, frame);
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
  refineCondition(machine, node.left, outcome, left, frame);
  const right = environment.fork();
  refineCondition(machine, node.left, !outcome, right, frame);
  refineCondition(machine, node.right, outcome, right, frame);
  const leftChanges = left.changesSince(environment);
  const alone = environment.fork();
  refineCondition(machine, node.right, outcome, alone, frame);
  const rightChanges = alone.changesSince(environment);
  // A side that says nothing of the data is a switch (`strict && !valid(x)`): the test counts.
  if (leftChanges.size === 0) environment.absorb(rightChanges);
  else if (rightChanges.size === 0) environment.absorb(leftChanges);
  else environment.mergeBranches([leftChanges, right.changesSince(environment)]);
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
  }
  if (!equal && typeof constant.value === 'string')
    refineKeyTest(machine, tested, [constant.value], environment, frame);
}

function isRead(node: ts.Expression): boolean {
  const inner = unwrap(node);
  return ts.isPropertyAccessExpression(inner) && inner.name.text !== 'length';
}

/** Refusing `__proto__` (alone it is enough: without it no chain starts at a plain object's prototype but `constructor`). */
function refineKeyTest(
  machine: Machine,
  tested: ts.Expression,
  refused: string[],
  environment: Environment,
  frame: Frame,
): void {
  if (refused.some((name) => protoKeys.has(name))) apply(machine, tested, keyKinds, environment, frame);
  if (refused.some((name) => name === '..' || name === '.' || name.includes('..')))
    apply(machine, tested, pathKinds, environment, frame);
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

/** `list.includes(x)` says x is one of the list; `x.includes('..')` says what x holds. */
function refineMembership(
  machine: Machine,
  node: ts.CallExpression,
  holds: boolean,
  environment: Environment,
  frame: Frame,
): void {
  const argument = node.arguments[0];
  if (!argument || !ts.isPropertyAccessExpression(node.expression)) return;
  const receiver = node.expression.expression;
  const looked = quietly(machine, argument, environment, frame);
  const subject = quietly(machine, receiver, environment, frame);
  const text = knownText(looked);
  if (text !== undefined) {
    if (!holds && text.includes('..')) apply(machine, receiver, pathKinds, environment, frame);
    if (!holds) refineKeyTest(machine, receiver, [text], environment, frame);
    if (holds && subject.object?.kind === 'array') apply(machine, receiver, everyKind, environment, frame);
    return;
  }
  if (looked.pattern) {
    apply(machine, receiver, patternClears(looked.pattern, holds), environment, frame);
    return;
  }
  if (subject.taints.length > 0) return;
  if (holds) apply(machine, argument, everyKind, environment, frame);
  else if (subject.object?.kind === 'array') {
    const refused = [...subject.object.properties.values()].flatMap((value) => knownText(value) ?? []);
    refineKeyTest(machine, argument, refused, environment, frame);
  }
}

/** `x.startsWith(root)`: safe for paths when x was made absolute first, or when only a fixed start is wanted. */
function refinePrefix(
  machine: Machine,
  node: ts.CallExpression,
  holds: boolean,
  environment: Environment,
  frame: Frame,
): void {
  if (!ts.isPropertyAccessExpression(node.expression)) return;
  const subject = node.expression.expression;
  const argument = node.arguments[0];
  const prefix = argument && quietly(machine, argument, environment, frame);
  const text = prefix && knownText(prefix);
  if (holds) {
    const value = quietly(machine, subject, environment, frame);
    const normalised = value.taints.some((taint) => taint.marks & mark.resolved);
    let kinds: KindSet = kindSet('redirect', 'ssrf');
    if (normalised || text === undefined) kinds |= pathKinds;
    if (text !== undefined && /^https?:\/\/[^/]+$/.test(text)) kinds = 0;
    apply(machine, subject, kinds, environment, frame);
  } else if (text !== undefined && (text.startsWith('..') || text === '/')) {
    apply(machine, subject, text === '/' ? 0 : pathKinds, environment, frame);
  }
}

const testName = /^(is|has|check|valid|verify|ensure|assert|allow|safe|contains?|matches?|include)/i;

function refineCall(
  machine: Machine,
  node: ts.CallExpression,
  outcome: boolean,
  environment: Environment,
  frame: Frame,
): void {
  const callee = unwrap(node.expression);
  const first = node.arguments[0];
  if (ts.isPropertyAccessExpression(callee)) {
    const method = callee.name.text;
    if (method === 'includes' || method === 'has' || method === 'contains') {
      refineMembership(machine, node, outcome, environment, frame);
      return;
    }
    if (method === 'startsWith') return refinePrefix(machine, node, outcome, environment, frame);
    if (method === 'hasOwnProperty' || method === 'hasOwn' || method === 'propertyIsEnumerable') {
      const key = method === 'hasOwn' ? node.arguments[1] : first;
      const holder = method === 'hasOwn' ? first : callee.expression;
      if (key && outcome) refineOwnKey(machine, key, holder, environment, frame);
      return;
    }
    if (method === 'call' && /hasOwn/i.test(callee.getText())) {
      const key = node.arguments[1];
      if (key && outcome) refineOwnKey(machine, key, first, environment, frame);
      return;
    }
    if ((method === 'test' || method === 'exec') && first) {
      const pattern = quietly(machine, callee.expression, environment, frame).pattern;
      if (pattern) apply(machine, first, patternClears(pattern, outcome), environment, frame);
      else if (outcome) apply(machine, first, kindSet('path', 'redirect', 'ssrf'), environment, frame);
      return;
    }
    if (method === 'match' && first) {
      const pattern = quietly(machine, first, environment, frame).pattern;
      if (pattern) apply(machine, callee.expression, patternClears(pattern, outcome), environment, frame);
      return;
    }
    if (method === 'isArray' && first && !outcome) apply(machine, first, 0, environment, frame);
    if ((method === 'isInteger' || method === 'isFinite' || method === 'isSafeInteger') && first && outcome) {
      apply(machine, first, everyKind & ~kindSet('allocation'), environment, frame);
    }
    if (method === 'isAbsolute') return;
  }
  const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : ts.isIdentifier(callee) ? callee.text : '';
  refineNamedTest(machine, node, name, outcome, environment, frame);
}

/** `table.hasOwnProperty(key)` says that the key is one of the table's, which is nothing new of a key that the table gave. */
function refineOwnKey(
  machine: Machine,
  key: ts.Expression,
  holder: ts.Expression | undefined,
  environment: Environment,
  frame: Frame,
): void {
  const origins = new Set(
    holder ? quietly(machine, holder, environment, frame).taints.map((taint) => taint.origin.key) : [],
  );
  const taints = quietly(machine, key, environment, frame).taints;
  const own = taints.some((taint) => taint.marks & mark.enumeratedKey && origins.has(taint.origin.key));
  if (!own) apply(machine, key, everyKind, environment, frame);
}

/** A call of something named as a test: believed on the side on which the tested value goes on. */
function refineNamedTest(
  machine: Machine,
  node: ts.CallExpression,
  name: string,
  outcome: boolean,
  environment: Environment,
  frame: Frame,
): void {
  if (name === 'isNaN' && !outcome && node.arguments[0])
    apply(machine, node.arguments[0], everyKind, environment, frame);
  const callee = quietly(machine, node.expression, environment, frame);
  if (/proto|unsafe.*key|forbidden|blacklist|denied|banned|dangerous/i.test(name) && !outcome) {
    for (const argument of node.arguments) apply(machine, argument, keyKinds | pathKinds, environment, frame);
    return;
  }
  const primitive = /^is_?(string|number|boolean|integer|int|numeric|primitive)$/i.exec(name)?.[1]?.toLowerCase();
  if (primitive && node.arguments[0]) {
    if (outcome) apply(machine, node.arguments[0], primitive === 'string' ? typeKinds : everyKind, environment, frame);
    return;
  }
  if (
    /^is_?(plain_?)?(object|array|function|undefined|null|empty|arr|obj|fn|buffer|regexp?|date|dir(ectory)?|file|exists?|nil|defined)$/i.test(
      name,
    )
  ) {
    return;
  }
  if (/exist/i.test(name)) return;
  if (!testName.test(name) || !outcome) return;
  // The body of a known function decides by itself whether it is a test of the value.
  const strong = /valid|safe|allow|white|permit|inside|within|subdir|child|escap|sanit|trust|secure/i.test(name);
  const kinds = strong
    ? everyKind
    : callee.functions
      ? everyKind & ~kindSet('command', 'code', 'sql', 'key', 'merge')
      : 0;
  for (const argument of node.arguments) apply(machine, argument, kinds, environment, frame);
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
    refineCondition(machine, test, outcome, environment, frame);
  }
}

/** Evaluates without telling the rules: the expression has been seen already. */
function quietly(machine: Machine, node: ts.Expression, environment: Environment, frame: Frame): Value {
  return silentView(machine).evaluate(node, environment.fork(), frame);
}

const noObservers: Observers = { call: [], assign: [], expression: [] };
const views = new WeakMap<Machine, Machine>();

/** The same machine without ears: what it sees is not reported. */
function silentView(machine: Machine): Machine {
  if (machine.silent) return machine;
  let view = views.get(machine);
  if (!view) {
    const quiet = {
      silent: true,
      observers: noObservers,
      arrive: () => undefined,
      deliver: () => undefined,
      report: () => undefined,
    };
    view = Object.assign(Object.create(machine) as Machine, quiet);
    views.set(machine, view);
  }
  return view;
}

/** Clears the tested expression, and every variable that holds the same untrusted datum. */
function apply(machine: Machine, tested: ts.Expression, kinds: KindSet, environment: Environment, frame: Frame): void {
  if (kinds === 0) return;
  const node = unwrap(tested);
  const value = quietly(machine, node, environment, frame);
  const keys = new Set(value.taints.map((taint) => taint.origin.key));
  const key = accessKey(node, frame.unit.bindings);
  if (key !== undefined && value.taints.length > 0)
    environment.refine(key, { ...value, taints: clear(value.taints, kinds) });
  if (keys.size === 0) return;
  for (const [name, held] of [...environment.entries()]) {
    if (name === key || held.taints.length === 0) continue;
    if (!held.taints.some((taint) => keys.has(taint.origin.key))) continue;
    const taints = held.taints.map((taint) =>
      keys.has(taint.origin.key) ? { ...taint, cleared: taint.cleared | kinds } : taint,
    );
    environment.refine(name, { ...held, taints });
  }
}
