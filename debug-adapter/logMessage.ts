import { checkExpression } from '../time-travel/replay/engine/expressions.ts';

export interface LogMessage {
  expressions: string[];
  /** The line to print for the renderings of the expressions. */
  text(values: string[]): string;
}

/**
 * The message of a logpoint: text with expressions in braces, `\{` for a brace. Braces inside an expression may nest.
 * @throws ApexError `wrong-expression`
 */
export function parseLogMessage(message: string): LogMessage {
  const texts: string[] = [''];
  const expressions: string[] = [];
  for (let index = 0; index < message.length; index++) {
    const character = message[index]!;
    const end = character === '{' ? closingBrace(message, index) : undefined;
    if (character === '\\' && '{}\\'.includes(message[index + 1] ?? '?')) {
      texts[texts.length - 1] += message[++index] ?? '';
    } else if (end !== undefined && message.slice(index + 1, end).trim()) {
      expressions.push(checkExpression(message.slice(index + 1, end)));
      texts.push('');
      index = end;
    } else texts[texts.length - 1] += character;
  }
  return { expressions, text: (values) => texts.map((text, index) => text + (values[index] ?? '')).join('') };
}

function closingBrace(text: string, open: number): number | undefined {
  let depth = 0;
  for (let index = open; index < text.length; index++) {
    if (text[index] === '{') depth++;
    else if (text[index] === '}' && --depth === 0) return index;
  }
  return undefined;
}
