import { type AnyNode, parseExpressionAt } from 'acorn';
import { ApexError } from '../../../protocol/errors.ts';
import { checkExpression } from './expressions.ts';

/** Whose writes an expression means: of a variable, or of a property whose key may have to be evaluated first. */
export type WriteTarget = { kind: 'variable'; name: string } | { kind: 'property'; object: string; key: KeyText };

/** A key as it stands, or an expression that gives it. */
export type KeyText = { literal: string } | { expression: string };

/**
 * Reads `name`, `object.key`, `object[key]`, `map.get(key)` or `set.has(key)`.
 * @throws ApexError `wrong-expression`
 */
export function parseWriteTarget(text: string): WriteTarget {
  const expression = checkExpression(text);
  const node: AnyNode = parseExpressionAt(expression, 0, { ecmaVersion: 'latest' });
  const source = (part: AnyNode) => expression.slice(part.start, part.end);
  if (node.type === 'Identifier') return { kind: 'variable', name: node.name };
  const member = node.type === 'ChainExpression' ? node.expression : node;
  if (member.type === 'MemberExpression' && member.object.type !== 'Super') {
    const object = `(${source(member.object)})`;
    if (!member.computed) return { kind: 'property', object, key: { literal: source(member.property) } };
    if (member.property.type === 'Literal') {
      return { kind: 'property', object, key: { literal: String(member.property.value) } };
    }
    return { kind: 'property', object, key: { expression: source(member.property) } };
  }
  if (member.type === 'CallExpression' && member.callee.type === 'MemberExpression') {
    const { object, property } = member.callee;
    const [argument] = member.arguments;
    if (property.type === 'Identifier' && ['get', 'has', 'at'].includes(property.name) && argument) {
      return { kind: 'property', object: `(${source(object)})`, key: { expression: source(argument) } };
    }
  }
  throw new ApexError(
    'wrong-expression',
    `"${text}" is nothing that is written to.`,
    'Name a variable, a property (order.total, list[0]) or an entry of a Map (prices.get("tea")).',
  );
}
