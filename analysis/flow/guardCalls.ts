import { unwrap } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';
import { everyKind, type KindSet, kindSet } from '../values/kinds.ts';
import { mark } from '../values/taint.ts';
import { knownText, type Value } from '../values/value.ts';
import type { Environment } from './environment.ts';
import { whenAnswered } from './grants.ts';
import type { Frame, FunctionInfo, Machine } from './machine.ts';
import { apply, quietly } from './narrowing.ts';
import { patternClears } from './patternGuard.ts';
import { narrow } from './schemas.ts';

const pathKinds = kindSet('path');
const keyKinds = kindSet('key', 'merge');
const typeKinds = kindSet('nosql', 'type', 'merge');
const protoKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** Refusing `__proto__` (alone it is enough: without it no chain starts at a plain object's prototype but `constructor`). */
export function refineKeyTest(
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

/** `list.includes(x)` says x is one of the list; `x.includes('..')` says what x holds. */
export function refineMembership(
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
  if (holds) {
    apply(machine, argument, everyKind, environment, frame);
    refineHost(machine, argument, environment, frame);
  } else if (subject.object?.kind === 'array' || subject.object?.kind === 'map') {
    const refused = [...subject.object.properties.values()].flatMap((value) => knownText(value) ?? []);
    refineKeyTest(machine, argument, refused, environment, frame);
  }
}

/** A test of `url.hostname` is one of the whole address: it says whom the request reaches. */
export function refineHost(machine: Machine, tested: ts.Expression, environment: Environment, frame: Frame): void {
  const node = unwrap(tested);
  if (!ts.isPropertyAccessExpression(node) || !/^(host|hostname|origin)$/.test(node.name.text)) return;
  apply(machine, node.expression, kindSet('ssrf', 'redirect'), environment, frame);
}

/** `x.startsWith(root)`: safe for paths when x was made absolute first, or when only a fixed start is wanted. */
export function refinePrefix(
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

export function refineCall(
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
    if ((method === 'some' && !outcome) || (method === 'every' && outcome)) {
      // What holds of each element holds of the list.
      const test = first && quietly(machine, first, environment, frame);
      if (test) answered(machine, [callee.expression], test, outcome, environment, frame);
      return;
    }
    if (method === 'startsWith') return refinePrefix(machine, node, outcome, environment, frame);
    if (method === 'hasOwnProperty' || method === 'hasOwn' || method === 'propertyIsEnumerable') {
      const key = method === 'hasOwn' ? node.arguments[1] : first;
      const holder = method === 'hasOwn' ? first : callee.expression;
      if (key && outcome) refineOwnKey(machine, key, holder, environment, frame);
      if (key && !outcome) refineMadeKey(machine, node, key, holder, environment, frame);
      return;
    }
    if (method === 'call' && /hasOwn/i.test(callee.getText())) {
      const key = node.arguments[1];
      if (key && outcome) refineOwnKey(machine, key, first, environment, frame);
      if (key && !outcome) refineMadeKey(machine, node, key, first, environment, frame);
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

/** Tests of validator.js and its like that only a text of a strict format passes. */
const formatTest =
  /^is_?(ip(v[46])?|ip_?(address|range)|uuid|guid|ulid|int|numeric|digits?|float|decimal|alpha|alphanumeric|alphanum|hex|hexadecimal|hex_?color|mongo_?id|object_?id|md5|hash|port|fqdn|isbn|issn|ean|iso8601|iso31661.*|iso4217|rfc3339|semver|slug|bic|iban|luhn_?number|credit_?card|postal_?code|mac_?address|lat_?long|mobile_?phone|time_?zone|locale)$/i;

/** `if (!hasOwn(at, key)) at[key] = {};`: where it was not the object's own, it is now, and nothing is reached above it. */
function refineMadeKey(
  machine: Machine,
  test: ts.Node,
  key: ts.Expression,
  holder: ts.Expression | undefined,
  environment: Environment,
  frame: Frame,
): void {
  let at = test.parent;
  while (at && ts.isExpression(at)) at = at.parent;
  if (!holder || !at || !ts.isIfStatement(at)) return;
  const made = `${holder.getText()}[${key.getText()}] = `;
  if (at.thenStatement.getText().includes(made)) apply(machine, key, keyKinds, environment, frame);
}

/** A function of the program that answers by testing its arguments says what they passed. */
function answered(
  machine: Machine,
  given: readonly ts.Expression[],
  callee: Value,
  outcome: boolean,
  environment: Environment,
  frame: Frame,
): void {
  const functions = (callee.functions ?? []) as readonly FunctionInfo[];
  if (functions.length !== 1 || callee.bound) return;
  for (const [index, kinds] of whenAnswered(machine, functions[0]!, outcome).entries()) {
    const argument = given[index];
    if (kinds !== 0 && argument && !ts.isSpreadElement(argument)) apply(machine, argument, kinds, environment, frame);
  }
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
  const schema = callee.object?.schema;
  if (schema && outcome && node.arguments[0]) return narrow(machine, schema, node.arguments[0], environment, frame);
  if (outcome && formatTest.test(name) && !callee.functions && node.arguments[0])
    return apply(machine, node.arguments[0], everyKind, environment, frame);
  answered(machine, node.arguments, callee, outcome, environment, frame);
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
