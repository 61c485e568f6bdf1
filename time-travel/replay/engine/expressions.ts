import { type Comment, parse } from 'acorn';
import { ApexError } from '../../../protocol/errors.ts';
import { PREFIX } from '../instrument/probeText.ts';

/**
 * An expression that can stand in the program's text: whole, on one line, without comments, and without `await` and
 * `yield`, which would need the enclosing function to be of their kind.
 * @throws ApexError `wrong-expression`
 */
export function checkExpression(text: string): string {
  const comments: Comment[] = [];
  // The line break ends a comment at the end.
  const wrapped = `(${text}\n)`;
  let statements: { type: string }[];
  try {
    statements = parse(wrapped, { ecmaVersion: 'latest', sourceType: 'script', onComment: comments }).body;
  } catch (error) {
    throw wrong(text, error instanceof Error ? error.message : String(error));
  }
  if (statements.length !== 1 || statements[0]!.type !== 'ExpressionStatement') throw wrong(text, 'one is wanted');
  if (wrapped.includes(PREFIX)) throw wrong(text, `names with ${PREFIX} are reserved`);
  let expression = wrapped;
  for (const { start, end } of comments.reverse())
    expression = `${expression.slice(0, start)} ${expression.slice(end)}`;
  return expression
    .slice(1, -1)
    .trim()
    .replace(/[\r\n\u2028\u2029]+/g, ' ');
}

function wrong(text: string, problem: string): ApexError {
  return new ApexError('wrong-expression', `"${text}" is no expression: ${problem.replace(/ \(\d+:\d+\)$/, '')}.`);
}
