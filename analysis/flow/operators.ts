import { unwrap } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';
import { everyKind, kindSet } from '../values/kinds.ts';
import { addSteps, clear, joinTaints, mark } from '../values/taint.ts';
import { concatenate, constantValue, join, scalar, type Value } from '../values/value.ts';
import type { Environment } from './environment.ts';
import type { Frame, Machine } from './machine.ts';

const Kind = ts.SyntaxKind;
const numeric = everyKind & ~kindSet('allocation');

export function evaluateBinary(
  machine: Machine,
  node: ts.BinaryExpression,
  environment: Environment,
  frame: Frame,
): Value {
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
  // What is left of a division is smaller than what was divided by.
  const bounded = operator === Kind.PercentToken && right.taints.length === 0;
  const taints = clear(joinTaints(left.taints, right.taints), bounded ? everyKind : numeric);
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

export function evaluatePrefix(node: ts.PrefixUnaryExpression, evaluate: (child: ts.Expression) => Value): Value {
  const inner = evaluate(node.operand);
  const constant = inner.constant?.value;
  if (node.operator === Kind.ExclamationToken) {
    return typeof constant === 'boolean' || typeof constant === 'number' ? constantValue(!constant) : scalar;
  }
  if (node.operator === Kind.MinusToken && typeof constant === 'number') return constantValue(-constant);
  return { taints: clear(inner.taints, numeric), scalar: true };
}
