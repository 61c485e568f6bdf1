import type { CallEvent } from '../flow/machine.ts';
import type { Fix } from '../report/finding.ts';
import { ts } from '../syntax/typescript.ts';
import { aroundHole, quoted, type TextPart, textParts } from './textParts.ts';

/** After these words or signs stands a value, not a name. */
const beforeValue = /(=|<|>|\(|,|\b(like|ilike|in|values|limit|offset|and|between|then|else|set))\s*$/i;

/** Hands the untrusted parts of a statement over as parameters, where the driver and the text are plain enough. */
export function sqlParameters(event: CallEvent): Fix[] {
  const { node } = event;
  if (ts.isTaggedTemplateExpression(node) || !node.arguments) return [];
  const [statement, next, ...more] = node.arguments;
  const numbered = placeholders(event);
  if (!statement || numbered === undefined || more.length > 0) return [];
  // A second argument may be the callback; anything else may be values already.
  if (next && !ts.isFunctionLike(next)) return [];
  const parts = textParts(statement);
  const made = parts && parameterised(parts, numbered);
  if (!made) return [];
  const text = `${quoted(made.text)}, [${made.values.join(', ')}]`;
  const path = node.getSourceFile().fileName;
  const edit = { path, from: statement.getStart(), to: statement.getEnd(), text };
  return [{ title: 'Hand the values over as parameters', edits: [edit] }];
}

/** True for `$1`, false for `?`, undefined for a call that takes no list of values. */
function placeholders(event: CallEvent): boolean | undefined {
  const source = event.receiver?.refs?.join(' ') ?? '';
  const name = event.name;
  if (/\bknex\b/.test(source) && /^(raw|whereRaw)$/.test(name)) return false;
  if (!/\bsql client\b/.test(source)) return undefined;
  const modules = importedModules(event.node.getSourceFile());
  if (name === 'query' && modules.has('pg')) return true;
  if (/^(query|execute)$/.test(name) && ['mysql', 'mysql2', 'mysql2/promise', 'mariadb'].some((m) => modules.has(m)))
    return false;
  if (/^(run|all|get|each)$/.test(name) && ['sqlite3', 'sqlite'].some((module) => modules.has(module))) return false;
  return undefined;
}

function importedModules(root: ts.SourceFile): Set<string> {
  const { importedFiles } = ts.preProcessFile(root.text, true, true);
  return new Set(importedFiles.map(({ fileName }) => fileName));
}

function parameterised(parts: readonly TextPart[], numbered: boolean): { text: string; values: string[] } | undefined {
  const values: string[] = [];
  let text = '';
  let rest = parts;
  while (rest.length > 0) {
    const [before, value, after, ...others] = rest as [TextPart, TextPart?, TextPart?, ...TextPart[]];
    if (!('text' in before)) return undefined;
    if (!value || !after || !('hole' in value) || !('text' in after)) return { text: text + before.text, values };
    const whole = text + before.text;
    const open = openQuote(whole);
    let end = after.text;
    let lead = '';
    if (open >= 0) {
      // The value stands inside a literal: all of the literal becomes the parameter.
      const close = end.indexOf(whole[open]!);
      if (close < 0) return undefined;
      lead = whole.slice(open + 1);
      values.push(aroundHole(lead, value.hole, end.slice(0, close)));
      end = end.slice(close + 1);
      text = whole.slice(0, open);
    } else {
      values.push(value.hole.getText());
      text = whole;
    }
    if (!beforeValue.test(text)) return undefined;
    text += numbered ? `$${values.length}` : '?';
    rest = [{ text: end }, ...others];
  }
  return { text, values };
}

/** Where the literal that is open at the end of the text begins, or -1. */
function openQuote(text: string): number {
  let open = -1;
  for (let index = 0; index < text.length; index++) {
    const at = text[index];
    if (open >= 0) open = at === text[open] ? -1 : open;
    else if (at === "'" || at === '"') open = index;
  }
  return open;
}
