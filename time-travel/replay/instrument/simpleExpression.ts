import { type AnyNode, parseExpressionAt } from 'acorn';
import { childNodes } from './scopes.ts';

const SIMPLE = new Set([
  'Identifier',
  'Literal',
  'ThisExpression',
  'UnaryExpression',
  'BinaryExpression',
  'LogicalExpression',
  'ConditionalExpression',
  'SequenceExpression',
  'ParenthesizedExpression',
]);

/**
 * Whether an expression looks only at variables. Objects in its operators can still run code of the program (`valueOf`),
 * so operators other than these are taken for such that do.
 */
export function isSimple(expression: string): boolean {
  const pending: AnyNode[] = [parseExpressionAt(`(${expression})`, 0, { ecmaVersion: 'latest' })];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (!SIMPLE.has(node.type)) return false;
    if (node.type === 'BinaryExpression' && !['===', '!=='].includes(node.operator)) return false;
    if (node.type === 'UnaryExpression' && !['!', 'typeof', 'void'].includes(node.operator)) return false;
    pending.push(...childNodes(node));
  }
  return true;
}
