import { unwrap } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';
import { everyKind, kindSet } from '../values/kinds.ts';
import { addSteps, clear, joinTaints, mark, noTaints } from '../values/taint.ts';
import {
  concatenate,
  constantOf,
  constantValue,
  HOLE,
  join,
  knownText,
  objectValue,
  refValue,
  scalar,
  textValue,
  unknown,
  type Value,
} from '../values/value.ts';
import { accessKey } from './accessPath.ts';
import { elementsOf } from './collections.ts';
import { componentName } from './components.ts';
import type { Environment } from './environment.ts';
import { evaluateJsx } from './jsx.ts';
import { evaluateArray, evaluateObject } from './literals.ts';
import type { CallEvent, Frame, Machine } from './machine.ts';
import { readMember } from './members.ts';
import { evaluateBinary, evaluatePrefix } from './operators.ts';
import { templateName } from './templates.ts';

const Kind = ts.SyntaxKind;
const _numeric = everyKind & ~kindSet('allocation');

/** Evaluates an expression to what is known of its value. */
export function evaluateExpression(
  machine: Machine,
  outer: ts.Expression,
  environment: Environment,
  frame: Frame,
): Value {
  const node = unwrap(outer);
  const value = evaluateKind(machine, node, environment, frame);
  for (const observe of machine.observers.expression) observe(node, value, frame, machine);
  return value;
}

function evaluateKind(machine: Machine, node: ts.Expression, environment: Environment, frame: Frame): Value {
  const evaluate = (child: ts.Expression): Value => machine.evaluate(child, environment, frame);
  switch (node.kind) {
    case Kind.Identifier:
      return readVariable(machine, node as ts.Identifier, environment, frame);
    case Kind.ThisKeyword:
      return environment.get('this') ?? frame.fn.thisValue ?? unknown;
    case Kind.SuperKeyword:
      return superValue(node, frame);
    case Kind.StringLiteral:
    case Kind.NoSubstitutionTemplateLiteral:
      return literalText(machine, node as ts.StringLiteralLike, frame);
    case Kind.NumericLiteral:
      return constantValue(Number((node as ts.NumericLiteral).text));
    case Kind.TrueKeyword:
      return constantValue(true);
    case Kind.FalseKeyword:
      return constantValue(false);
    case Kind.NullKeyword:
      return constantValue(null);
    case Kind.RegularExpressionLiteral:
      return patternLiteral(node as ts.RegularExpressionLiteral);
    case Kind.TemplateExpression:
      return evaluateTemplate(machine, node as ts.TemplateExpression, evaluate, frame);
    case Kind.PropertyAccessExpression:
    case Kind.ElementAccessExpression:
      return evaluateAccess(machine, node as ts.PropertyAccessExpression, environment, frame);
    case Kind.CallExpression:
    case Kind.NewExpression:
      return evaluateCall(machine, node as ts.CallExpression, environment, frame);
    case Kind.TaggedTemplateExpression:
      return evaluateTag(machine, node as ts.TaggedTemplateExpression, environment, frame);
    case Kind.BinaryExpression:
      return evaluateBinary(machine, node as ts.BinaryExpression, environment, frame);
    case Kind.ConditionalExpression:
      return evaluateConditional(machine, node as ts.ConditionalExpression, environment, frame);
    case Kind.PrefixUnaryExpression:
      return evaluatePrefix(node as ts.PrefixUnaryExpression, evaluate);
    case Kind.PostfixUnaryExpression:
      evaluate((node as ts.PostfixUnaryExpression).operand);
      return scalar;
    case Kind.TypeOfExpression:
      evaluate((node as ts.TypeOfExpression).expression);
      return scalar;
    case Kind.DeleteExpression:
      evaluate((node as ts.DeleteExpression).expression);
      return scalar;
    case Kind.VoidExpression:
      evaluate((node as ts.VoidExpression).expression);
      return constantValue(undefined);
    case Kind.AwaitExpression:
      return evaluate((node as ts.AwaitExpression).expression);
    case Kind.YieldExpression: {
      const inner = (node as ts.YieldExpression).expression;
      if (!inner) return unknown;
      const value = evaluate(inner);
      const given = (node as ts.YieldExpression).asteriskToken ? elementsOf(value) : value;
      frame.yielded = frame.yielded ? join(frame.yielded, given) : given;
      return value;
    }
    case Kind.SpreadElement:
      return evaluate((node as ts.SpreadElement).expression);
    case Kind.ArrayLiteralExpression:
      return evaluateArray(node as ts.ArrayLiteralExpression, evaluate);
    case Kind.ObjectLiteralExpression:
      return evaluateObject(machine, node as ts.ObjectLiteralExpression, environment, frame);
    case Kind.FunctionExpression:
    case Kind.ArrowFunction: {
      const fn = machine.functionFor(node as ts.FunctionExpression, environment, frame.unit);
      return { taints: noTaints, functions: [fn] };
    }
    case Kind.ClassExpression:
      return objectValue(machine.classFor(node as ts.ClassExpression, environment, frame).statics);
    case Kind.JsxElement:
    case Kind.JsxSelfClosingElement:
    case Kind.JsxFragment:
      evaluateJsx(machine, node, environment, frame);
      return unknown;
    case Kind.CommaListExpression: {
      let last = unknown;
      for (const element of (node as ts.CommaListExpression).elements) last = evaluate(element);
      return last;
    }
    default:
      return unknown;
  }
}

function readVariable(machine: Machine, node: ts.Identifier, environment: Environment, frame: Frame): Value {
  const binding = frame.unit.bindings.of(node);
  if (!binding) {
    if (node.text === 'undefined') return constantValue(undefined);
    if (node.text === 'exports') return objectValue(frame.unit.exports);
    const known = environment.get(`global ${node.text}`);
    if (known) return known;
    const { template } = frame.unit;
    const inTemplate = template
      ? templateName(machine, node, frame, template)
      : componentName(machine, node, environment, frame);
    if (inTemplate) return inTemplate;
    const source = machine.models.entry(node.text)?.source;
    return source && !source.call
      ? readMember(machine, refValue('globalThis'), node.text, node, frame)
      : refValue(machine.models.canonical(node.text));
  }
  const value = environment.get(String(binding.id));
  const shared = binding.writtenElsewhere || value === undefined ? frame.unit.shared.get(binding.id) : undefined;
  if (value === undefined) return shared ?? unknown;
  return shared ? join(value, unknownOnly(shared, value)) : value;
}

/** What other functions may have written, without what is known better here: `if (!inside(file)) return;` holds on. */
function unknownOnly(shared: Value, here: Value): Value {
  const known = new Set(here.taints.map((taint) => taint.origin.key));
  return { ...shared, taints: shared.taints.filter((taint) => !known.has(taint.origin.key)) };
}

/** `super(...)` is the class above, `super.name` a property of its instances. */
function superValue(node: ts.Node, frame: Frame): Value {
  const info = frame.fn.classInfo;
  if (!info) return unknown;
  const isCalled = ts.isCallExpression(node.parent) && node.parent.expression === node;
  const above = isCalled ? undefined : info.instance.parent;
  return above ? objectValue(above) : (info.base ?? unknown);
}

function patternLiteral(node: ts.RegularExpressionLiteral): Value {
  const end = node.text.lastIndexOf('/');
  const pattern = { source: node.text.slice(1, end), flags: node.text.slice(end + 1), node };
  return { taints: noTaints, pattern };
}

function literalText(machine: Machine, node: ts.StringLiteralLike | ts.TemplateHead, frame: Frame): Value {
  const value = textValue(node.text);
  return insecureUrl.test(node.text) ? { ...value, taints: [machine.source('cleartext', node, frame)] } : value;
}

/** An address that is asked without encryption, on another machine. */
const insecureUrl =
  /^(http|ftp|ws):\/\/(?!localhost|127\.|0\.0\.0\.0|\[|10\.|192\.168\.|[\w.-]*\.?(example|test|local|localhost|invalid)\b|www\.w3\.org|schemas?\.|json-schema\.org|xmlns)/i;

function evaluateTemplate(
  machine: Machine,
  node: ts.TemplateExpression,
  evaluate: (child: ts.Expression) => Value,
  frame: Frame,
): Value {
  const parts: Value[] = [literalText(machine, node.head, frame)];
  for (const span of node.templateSpans) parts.push(evaluate(span.expression), textValue(span.literal.text));
  const whole = concatenate(parts, mark.prefixed);
  return {
    ...whole,
    taints: clear(addSteps(whole.taints, node, 'built into text'), kindSet('nosql', 'type', 'merge')),
  };
}

function evaluateAccess(
  machine: Machine,
  node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
  environment: Environment,
  frame: Frame,
): Value {
  const object = machine.evaluate(node.expression, environment, frame);
  let name: string | undefined;
  let index = unknown;
  if (ts.isPropertyAccessExpression(node)) name = node.name.text;
  else {
    index = machine.evaluate(node.argumentExpression, environment, frame);
    const constant = constantOf(index);
    if (constant) name = String(constant.value);
  }
  const key = accessKey(node, frame.unit.bindings);
  const known = key === undefined ? undefined : environment.get(key);
  if (known) return known;
  if (name === 'exports' && ts.isIdentifier(node.expression) && node.expression.text === 'module') {
    return frame.unit.exported;
  }
  const value = machine.member(object, name, node, frame);
  return name === undefined && !object.object?.bare ? reachedBy(index, value) : value;
}

const notInNames = new RegExp(`[^\\w$${HOLE}]`);

/** A look-up by an untrusted key gives what the object holds, but may also reach the prototype. */
function reachedBy(key: Value, value: Value): Value {
  // No name that every object has holds a sign such as a space or a slash.
  if (key.taints.length === 0 || (key.text !== undefined && notInNames.test(key.text))) return value;
  const reached = key.taints.map((taint) => ({
    ...taint,
    marks: taint.marks | mark.dynamicRead,
    cleared: taint.cleared | (everyKind & ~kindSet('key', 'merge')),
  }));
  return { ...value, taints: joinTaints(value.taints, reached) };
}

function evaluateCall(
  machine: Machine,
  node: ts.CallExpression | ts.NewExpression,
  environment: Environment,
  frame: Frame,
): Value {
  const target = unwrap(node.expression);
  let receiver: Value | undefined;
  let callee: Value;
  let name = '';
  if (ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target)) {
    receiver = machine.evaluate(target.expression, environment, frame);
    if (ts.isPropertyAccessExpression(target)) {
      name = target.name.text;
      const key = accessKey(target, frame.unit.bindings);
      callee = (key === undefined ? undefined : environment.get(key)) ?? machine.member(receiver, name, target, frame);
    } else {
      const index = machine.evaluate(target.argumentExpression, environment, frame);
      name = knownText(index) ?? '';
      callee = machine.member(receiver, name === '' ? undefined : name, target, frame);
      if (name === '' && !receiver.object?.bare) callee = reachedBy(index, callee);
    }
  } else if (target.kind === Kind.ImportKeyword) {
    name = 'import';
    callee = refValue('import');
  } else {
    callee = machine.evaluate(target, environment, frame);
    if (ts.isIdentifier(target)) name = target.text;
    if (target.kind === Kind.SuperKeyword) receiver = environment.get('this') ?? frame.fn.thisValue;
  }
  const values = (node.arguments ?? []).map((argument) => machine.evaluate(argument, environment, frame));
  const event: CallEvent = { node, callee, refs: callee.refs ?? [], name, receiver, arguments: values, frame };
  return machine.call(event, environment);
}

function evaluateTag(
  machine: Machine,
  node: ts.TaggedTemplateExpression,
  environment: Environment,
  frame: Frame,
): Value {
  const tag = unwrap(node.tag);
  const receiver = ts.isPropertyAccessExpression(tag)
    ? machine.evaluate(tag.expression, environment, frame)
    : undefined;
  const callee = machine.evaluate(tag, environment, frame);
  const spans = ts.isTemplateExpression(node.template) ? node.template.templateSpans : [];
  const values = spans.map((span) => machine.evaluate(span.expression, environment, frame));
  const name = ts.isPropertyAccessExpression(tag) ? tag.name.text : ts.isIdentifier(tag) ? tag.text : '';
  const event: CallEvent = { node, callee, refs: callee.refs ?? [], name, receiver, arguments: values, frame };
  if (name === 'raw' && callee.refs?.includes('String.raw')) {
    const whole = concatenate(values, mark.prefixed);
    return whole;
  }
  return machine.call(event, environment);
}

function evaluateConditional(
  machine: Machine,
  node: ts.ConditionalExpression,
  environment: Environment,
  frame: Frame,
): Value {
  const condition = machine.evaluate(node.condition, environment, frame);
  const yes = environment.fork();
  machine.refine(node.condition, true, yes, frame);
  const whenTrue = machine.evaluate(node.whenTrue, yes, frame);
  const no = environment.fork();
  machine.refine(node.condition, false, no, frame);
  const whenFalse = machine.evaluate(node.whenFalse, no, frame);
  environment.mergeBranches([yes.changesSince(environment), no.changesSince(environment)]);
  if (condition.constant?.value === true) return whenTrue;
  if (condition.constant?.value === false) return whenFalse;
  return join(whenTrue, whenFalse);
}
