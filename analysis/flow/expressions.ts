import { unwrap } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';
import { everyKind, kindSet } from '../values/kinds.ts';
import { addSteps, clear, joinTaints, mark, noTaints } from '../values/taint.ts';
import {
  concatenate,
  constantOf,
  constantValue,
  deepTaints,
  join,
  knownText,
  newObject,
  objectValue,
  refValue,
  scalar,
  textValue,
  unknown,
  type Value,
} from '../values/value.ts';
import { accessKey } from './accessPath.ts';
import type { Environment } from './environment.ts';
import type { CallEvent, Frame, Machine } from './machine.ts';
import { propertyName, readMember } from './members.ts';

const Kind = ts.SyntaxKind;
const numeric = everyKind & ~kindSet('allocation');

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
      return frame.fn.classInfo?.base ?? unknown;
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
      return inner ? evaluate(inner) : unknown;
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
    return machine.models.entry(node.text)?.source
      ? readMember(machine, refValue('globalThis'), node.text, node, frame)
      : refValue(machine.models.canonical(node.text));
  }
  const value = environment.get(String(binding.id));
  const shared = binding.writtenElsewhere || value === undefined ? frame.unit.shared.get(binding.id) : undefined;
  if (value === undefined) return shared ?? unknown;
  return shared ? join(value, shared) : value;
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
  let keyTaints = noTaints;
  if (ts.isPropertyAccessExpression(node)) name = node.name.text;
  else {
    const index = machine.evaluate(node.argumentExpression, environment, frame);
    const constant = constantOf(index);
    if (constant) name = String(constant.value);
    keyTaints = index.taints;
  }
  const key = accessKey(node, frame.unit.bindings);
  const known = key === undefined ? undefined : environment.get(key);
  if (known) return known;
  if (name === 'exports' && ts.isIdentifier(node.expression) && node.expression.text === 'module') {
    return frame.unit.exported;
  }
  const value = machine.member(object, name, node, frame);
  if (name === undefined && keyTaints.length > 0) {
    // A look-up by an untrusted key gives what the object holds, but may also reach the prototype.
    return {
      ...value,
      taints: joinTaints(
        value.taints,
        keyTaints.map((taint) => ({
          ...taint,
          marks: taint.marks | mark.dynamicRead,
          cleared: taint.cleared | (everyKind & ~kindSet('key', 'merge')),
        })),
      ),
    };
  }
  return value;
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

function evaluateBinary(machine: Machine, node: ts.BinaryExpression, environment: Environment, frame: Frame): Value {
  const evaluate = (child: ts.Expression): Value => machine.evaluate(child, environment, frame);
  const operator = node.operatorToken.kind;
  if (operator >= Kind.FirstAssignment && operator <= Kind.LastAssignment) {
    return evaluateAssignment(machine, node, environment, frame);
  }
  switch (operator) {
    case Kind.PlusToken:
      return evaluateSum(node, evaluate);
    case Kind.CommaToken:
      evaluate(node.left);
      return evaluate(node.right);
    case Kind.BarBarToken:
    case Kind.AmpersandAmpersandToken:
    case Kind.QuestionQuestionToken: {
      const left = evaluate(node.left);
      const branch = environment.fork();
      if (operator !== Kind.QuestionQuestionToken) {
        machine.refine(node.left, operator === Kind.AmpersandAmpersandToken, branch, frame);
      }
      const right = machine.evaluate(node.right, branch, frame);
      environment.mergeBranches([branch.changesSince(environment), new Map()]);
      return operator === Kind.AmpersandAmpersandToken && !left.object ? { ...right } : join(left, right);
    }
    case Kind.AsteriskToken:
    case Kind.MinusToken:
    case Kind.SlashToken:
    case Kind.PercentToken:
    case Kind.AsteriskAsteriskToken:
    case Kind.LessThanLessThanToken:
    case Kind.BarToken:
    case Kind.AmpersandToken:
    case Kind.CaretToken:
    case Kind.GreaterThanGreaterThanToken:
    case Kind.GreaterThanGreaterThanGreaterThanToken:
      return arithmetic(evaluate(node.left), evaluate(node.right), operator);
    default:
      evaluate(node.left);
      evaluate(node.right);
      return scalar;
  }
}

/** Long sums are left-deep: they are flattened, so that a thousand pieces do not recurse a thousand deep. */
function evaluateSum(node: ts.BinaryExpression, evaluate: (child: ts.Expression) => Value): Value {
  const operands: ts.Expression[] = [];
  let at: ts.Expression = node;
  while (ts.isBinaryExpression(at) && at.operatorToken.kind === Kind.PlusToken) {
    operands.push(at.right);
    at = unwrap(at.left);
  }
  operands.push(at);
  const values = operands.reverse().map(evaluate);
  if (values.every((value) => value.scalar)) {
    const sum = values.reduce((total, value) => total + Number(value.constant?.value ?? Number.NaN), 0);
    return Number.isNaN(sum) ? { taints: values.flatMap((value) => value.taints), scalar: true } : constantValue(sum);
  }
  const whole = concatenate(values, mark.prefixed);
  return {
    ...whole,
    taints: clear(addSteps(whole.taints, node, 'joined into text'), kindSet('nosql', 'type', 'merge')),
  };
}

function arithmetic(left: Value, right: Value, operator: ts.SyntaxKind): Value {
  const taints = clear(joinTaints(left.taints, right.taints), numeric);
  const a = left.constant?.value;
  const b = right.constant?.value;
  if (typeof a === 'number' && typeof b === 'number') {
    if (operator === Kind.AsteriskToken) return constantValue(a * b);
    if (operator === Kind.MinusToken) return constantValue(a - b);
    if (operator === Kind.SlashToken) return constantValue(a / b);
    if (operator === Kind.AsteriskAsteriskToken) return constantValue(a ** b);
    if (operator === Kind.BarToken) return constantValue(a | b);
  }
  return { taints, scalar: true };
}

function evaluateAssignment(
  machine: Machine,
  node: ts.BinaryExpression,
  environment: Environment,
  frame: Frame,
): Value {
  const operator = node.operatorToken.kind;
  let value = machine.evaluate(node.right, environment, frame);
  if (operator !== Kind.EqualsToken) {
    const before = machine.evaluate(node.left, environment, frame);
    const logical =
      operator === Kind.BarBarEqualsToken ||
      operator === Kind.AmpersandAmpersandEqualsToken ||
      operator === Kind.QuestionQuestionEqualsToken;
    if (logical) value = join(before, value);
    else if (operator === Kind.PlusEqualsToken) {
      value =
        before.scalar && value.scalar
          ? arithmetic(before, value, operator)
          : concatenate([before, value], mark.prefixed);
    } else value = arithmetic(before, value, operator);
  }
  machine.assign(node.left, value, environment, frame);
  return value;
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

function evaluatePrefix(node: ts.PrefixUnaryExpression, evaluate: (child: ts.Expression) => Value): Value {
  const inner = evaluate(node.operand);
  const constant = inner.constant?.value;
  if (node.operator === Kind.ExclamationToken) {
    return typeof constant === 'boolean' || typeof constant === 'number' ? constantValue(!constant) : scalar;
  }
  if (node.operator === Kind.MinusToken && typeof constant === 'number') return constantValue(-constant);
  return { taints: clear(inner.taints, numeric), scalar: true };
}

function evaluateArray(node: ts.ArrayLiteralExpression, evaluate: (child: ts.Expression) => Value): Value {
  const array = newObject('array', node);
  node.elements.forEach((element, index) => {
    if (ts.isSpreadElement(element)) {
      const spread = evaluate(element.expression);
      array.rest = join(array.rest, { taints: deepTaints(spread, 2) });
      array.closed = false;
    } else if (!ts.isOmittedExpression(element)) array.properties.set(String(index), evaluate(element));
  });
  return objectValue(array);
}

function evaluateObject(
  machine: Machine,
  node: ts.ObjectLiteralExpression,
  environment: Environment,
  frame: Frame,
): Value {
  const object = newObject('object', node);
  const result: Value = objectValue(object);
  for (const property of node.properties) {
    if (ts.isSpreadAssignment(property)) {
      const spread = machine.evaluate(property.expression, environment, frame);
      for (const [name, value] of spread.object?.properties ?? []) object.properties.set(name, value);
      object.rest = join(object.rest, { taints: joinTaints(spread.taints, spread.object?.rest.taints ?? noTaints) });
      object.closed &&= spread.object?.closed ?? false;
      continue;
    }
    let value: Value;
    if (ts.isPropertyAssignment(property)) value = machine.evaluate(property.initializer, environment, frame);
    else if (ts.isShorthandPropertyAssignment(property)) {
      value = machine.evaluate(property.name, environment, frame);
      for (const observe of machine.observers.expression) observe(property.name, value, frame, machine);
    } else {
      const fn = machine.functionFor(property, environment, frame.unit);
      fn.thisValue ??= result;
      value = ts.isGetAccessorDeclaration(property) ? fn.returns : { taints: noTaints, functions: [fn] };
    }
    for (const callable of value.functions ?? []) bindThis(callable, result);
    const name = propertyName(property.name);
    if (name !== undefined) object.properties.set(name, value);
    else {
      if (ts.isComputedPropertyName(property.name)) {
        const key = machine.evaluate(property.name.expression, environment, frame);
        const known = knownText(key);
        if (known !== undefined) {
          object.properties.set(known, value);
          continue;
        }
      }
      object.rest = join(object.rest, value);
      object.closed = false;
    }
  }
  return result;
}

/** A function expression that is a property sees the object as `this` (arrows are not asked for it). */
function bindThis(callable: object, self: Value): void {
  const fn = callable as { thisValue?: Value; node?: ts.Node; state?: string };
  if (fn.node && ts.isFunctionExpression(fn.node) && fn.node.parent && ts.isPropertyAssignment(fn.node.parent)) {
    fn.thisValue ??= self;
  }
}

function evaluateJsx(machine: Machine, node: ts.Node, environment: Environment, frame: Frame): void {
  const visit = (child: ts.Node): void => {
    if (ts.isJsxExpression(child)) {
      if (child.expression) machine.evaluate(child.expression, environment, frame);
    } else if (ts.isJsxSpreadAttribute(child)) machine.evaluate(child.expression, environment, frame);
    else if (ts.isJsxAttribute(child)) {
      const initializer = child.initializer;
      if (initializer && ts.isJsxExpression(initializer) && initializer.expression) {
        const value = machine.evaluate(initializer.expression, environment, frame);
        for (const observe of machine.observers.assign) {
          observe(
            {
              node: child,
              target: initializer.expression,
              object: refValue('jsx'),
              property: child.name.getText(),
              key: undefined,
              value,
              valueNode: initializer.expression,
              frame,
            },
            machine,
          );
        }
      }
    } else ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
}
