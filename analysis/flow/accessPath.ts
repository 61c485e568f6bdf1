import type { Bindings } from '../scopes/bindings.ts';
import { unwrap } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';

const MAX_DEPTH = 4;

/** The environment's key for a variable or a path of fixed names below it (`a.b.c`, `this.x`), or undefined. */
export function accessKey(node: ts.Node, bindings: Bindings): string | undefined {
  const names: string[] = [];
  let at: ts.Node = ts.isExpression(node) ? unwrap(node) : node;
  for (;;) {
    if (ts.isPropertyAccessExpression(at)) names.push(at.name.text);
    else if (ts.isElementAccessExpression(at)) {
      const key = literalKey(at.argumentExpression, bindings);
      if (key === undefined) return undefined;
      names.push(key);
    } else break;
    at = unwrap(at.expression);
    if (names.length > MAX_DEPTH) return undefined;
  }
  let key: string;
  if (at.kind === ts.SyntaxKind.ThisKeyword) key = 'this';
  else if (ts.isIdentifier(at)) {
    const binding = bindings.of(at);
    key = binding ? String(binding.id) : `global ${at.text}`;
  } else return undefined;
  for (let index = names.length - 1; index >= 0; index--) key += `.${names[index]}`;
  return key;
}

/** A constant key, or a variable used as one (`a[key]` is the same place while `key` is not assigned). */
function literalKey(node: ts.Expression, bindings: Bindings): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isNumericLiteral(node)) return node.text;
  if (ts.isIdentifier(node)) {
    const binding = bindings.of(node);
    if (binding && binding.writes === 0) return `[${binding.id}]`;
  }
  return undefined;
}

/** Source text of a short expression on one line, for messages. */
export function shortText(node: ts.Node): string {
  const text = node.getText().replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
