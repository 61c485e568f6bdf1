import type { CallEvent, Machine } from '../flow/machine.ts';
import { ts } from '../syntax/typescript.ts';
import { constantOf, isFalse, isTrue, knownText, type Value } from '../values/value.ts';

/** The options object among the arguments of a call, and what one of its properties is known to be. */
export function option(value: Value | undefined, ...names: string[]): Value | undefined {
  let at = value;
  for (const name of names) at = at?.object?.properties.get(name);
  return at;
}

/** True when the object is wholly known and does not have the property. */
export function lacks(value: Value | undefined, name: string): boolean {
  const object = value?.object;
  return Boolean(object?.closed && !object.properties.has(name) && object.rest.taints.length === 0);
}

export function isCallOf(event: CallEvent, ...names: readonly string[]): boolean {
  return event.refs.some((ref) => names.includes(ref));
}

export function textOf(value: Value | undefined): string {
  return (value && knownText(value)) ?? '';
}

export { constantOf, isFalse, isTrue };

/** Reports a call once, at its place. */
export function reportCall(machine: Machine, rule: string, event: CallEvent, message: string): void {
  machine.report(rule, event.node, event.frame.unit, { message });
}

/** The nearest statement-level name of a comparison's side: `user.password` gives `password`. */
export function lastNameOf(node: ts.Expression): string {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression))
    return node.argumentExpression.text;
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression))
    return lastNameOf(node.expression.expression);
  return '';
}
