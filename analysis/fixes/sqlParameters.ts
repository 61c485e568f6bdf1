import type { CallEvent } from '../flow/machine.ts';
import type { Fix, TextEdit } from '../report/finding.ts';
import { ts } from '../syntax/typescript.ts';
import { aroundHole, quoted, type TextPart, textParts } from './textParts.ts';

/** After these words or signs stands a value, not a name. */
const beforeValue = /(=|<|>|\(|,|\b(like|ilike|in|values|limit|offset|and|between|then|else|set))\s*$/i;

/** How a driver takes values: a list after the statement, or something of its own. */
type Way = 'numbered' | 'marked' | 'prepared' | 'replacements' | 'inputs';

/** Hands the untrusted parts of a statement over as parameters, where the driver and the text are plain enough. */
export function sqlParameters(event: CallEvent): Fix[] {
  const { node } = event;
  if (!ts.isCallExpression(node)) return [];
  const [statement] = node.arguments;
  const way = wayOf(event);
  const parts = statement && way && textParts(statement);
  if (!parts) return [];
  const sign = { numbered: (place: number) => `$${place}`, inputs: (place: number) => `@p${place}` };
  const made = parameterised(parts, way === 'numbered' || way === 'inputs' ? sign[way] : () => '?');
  const path = node.getSourceFile().fileName;
  const more = made && handedOver(way, node, made.values, event);
  if (!made || !more) return [];
  const text = quoted(made.text) + (more.at === statement.getEnd() ? more.text : '');
  const edits: TextEdit[] = [{ path, from: statement.getStart(), to: statement.getEnd(), text }];
  if (more.at !== statement.getEnd()) edits.push({ path, from: more.at, to: more.at, text: more.text });
  return [{ title: 'Hand the values over as parameters', edits }];
}

/** Where the values go, and as what; undefined where something is there that they would be mixed with. */
function handedOver(
  way: Way,
  node: ts.CallExpression,
  values: readonly string[],
  event: CallEvent,
): { at: number; text: string } | undefined {
  const [statement, next, ...others] = node.arguments;
  const list = values.join(', ');
  if (way === 'prepared') {
    // `db.prepare(text).all()`: the values are arguments of the second call.
    const method = node.parent;
    const run = method.parent;
    const plain = ts.isPropertyAccessExpression(method) && ts.isCallExpression(run) && run.expression === method;
    if (!plain || run.arguments.length > 0 || !/^(all|get|run|iterate)$/.test(method.name.text)) return undefined;
    return { at: run.getEnd() - 1, text: list };
  }
  if (way === 'replacements') {
    if (!next) return { at: statement!.getEnd(), text: `, { replacements: [${list}] }` };
    if (!ts.isObjectLiteralExpression(next) || /\b(replacements|bind)\b/.test(next.getText())) return undefined;
    return { at: next.getStart() + 1, text: ` replacements: [${list}],` };
  }
  if (way === 'inputs') {
    const callee = node.expression;
    if (!ts.isPropertyAccessExpression(callee) || !isRequest(callee.expression, event)) return undefined;
    const text = values.map((value, index) => `.input('p${index + 1}', ${value})`).join('');
    return { at: callee.expression.getEnd(), text };
  }
  // A second argument may be the callback; anything else may be values already.
  if (others.length > 0 || (next && !ts.isFunctionLike(next))) return undefined;
  return { at: statement!.getEnd(), text: `, [${list}]` };
}

/** `pool.request()`, or a variable that holds one or a `new sql.Request()`: what takes inputs by name. */
function isRequest(node: ts.Expression, { frame }: CallEvent): boolean {
  const declared = ts.isIdentifier(node) ? frame.unit.bindings.of(node)?.declaration : undefined;
  const made = declared && ts.isVariableDeclaration(declared) ? declared.initializer : node;
  return made !== undefined && /(\.request\(\)|^new\s[\w.]*Request\(.*\))$/.test(made.getText());
}

/** Undefined for a call that takes no values besides the text. */
function wayOf(event: CallEvent): Way | undefined {
  const source = event.receiver?.refs?.join(' ') ?? '';
  const name = event.name;
  if (/\bknex\b/.test(source) && /^(raw|whereRaw)$/.test(name)) return 'marked';
  if (/\bsequelize\b/.test(source)) return name === 'query' ? 'replacements' : undefined;
  if (!/\bsql client\b/.test(source)) return undefined;
  const modules = importedModules(event.node.getSourceFile());
  const imports = (...names: readonly string[]): boolean => names.some((each) => modules.has(each));
  if (name === 'prepare' && imports('better-sqlite3', 'node:sqlite')) return 'prepared';
  if (/^(query|batch)$/.test(name) && imports('mssql')) return 'inputs';
  if (name === 'query' && imports('pg')) return 'numbered';
  if (/^(query|execute)$/.test(name) && imports('mysql', 'mysql2', 'mysql2/promise', 'mariadb')) return 'marked';
  if (/^(run|all|get|each)$/.test(name) && imports('sqlite3', 'sqlite')) return 'marked';
  return undefined;
}

function importedModules(root: ts.SourceFile): Set<string> {
  const { importedFiles } = ts.preProcessFile(root.text, true, true);
  return new Set(importedFiles.map(({ fileName }) => fileName));
}

/** The statement with a sign in place of each value. A statement that has such signs already is left alone. */
function parameterised(
  parts: readonly TextPart[],
  sign: (place: number) => string,
): { text: string; values: string[] } | undefined {
  if (parts.some((part) => 'text' in part && part.text.includes(sign(1)))) return undefined;
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
    text += sign(values.length);
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
