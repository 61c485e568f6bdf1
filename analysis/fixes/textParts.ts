import { unwrap } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';

/** A text put together in the source: known text, and the expressions between. */
export type TextPart = { text: string } | { hole: ts.Expression };

/** The parts of a template or of a sum of texts; undefined for anything else, and where nothing is known. */
export function textParts(node: ts.Expression): TextPart[] | undefined {
  const parts: TextPart[] = [];
  const add = (expression: ts.Expression): void => {
    const inner = unwrap(expression);
    if (ts.isStringLiteralLike(inner)) parts.push({ text: inner.text });
    else if (ts.isTemplateExpression(inner)) {
      parts.push({ text: inner.head.text });
      for (const span of inner.templateSpans) {
        add(span.expression);
        parts.push({ text: span.literal.text });
      }
    } else if (ts.isBinaryExpression(inner) && inner.operatorToken.kind === ts.SyntaxKind.PlusToken) {
      add(inner.left);
      add(inner.right);
    } else parts.push({ hole: inner });
  };
  add(node);
  if (!parts.some((part) => 'text' in part && part.text !== '') || !parts.some((part) => 'hole' in part))
    return undefined;
  return joined(parts);
}

/** Texts that follow each other become one; between two holes stands an empty text. */
function joined(parts: readonly TextPart[]): TextPart[] {
  const result: TextPart[] = [{ text: '' }];
  for (const part of parts) {
    const last = result[result.length - 1]!;
    if ('text' in part && 'text' in last) last.text += part.text;
    else if ('text' in part) result.push({ text: part.text });
    else result.push({ hole: part.hole }, { text: '' });
  }
  return result;
}

/** Source of a text literal. */
export function quoted(text: string): string {
  if (!/['\\\n\r]/.test(text)) return `'${text}'`;
  return `\`${inTemplate(text)}\``;
}

/** Source of an expression whose value is text around a hole. */
export function aroundHole(before: string, hole: ts.Expression, after: string): string {
  if (before === '' && after === '') return hole.getText();
  return `\`${inTemplate(before)}\${${hole.getText()}}${inTemplate(after)}\``;
}

/** Text as it is written inside backquotes. */
export function inTemplate(text: string): string {
  return text.replace(/[\\`]|\$\{/g, '\\$&');
}
