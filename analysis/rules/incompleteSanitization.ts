import type { CallEvent, Machine } from '../flow/machine.ts';
import type { Fix } from '../report/finding.ts';
import { unwrap } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';
import { knownText, type Value } from '../values/value.ts';
import { isTagFilter, type Pattern, removesWhatCanGrowBack } from './filterPatterns.ts';
import type { Rule } from './rule.ts';

const id = 'incomplete-sanitization';

/** Signs that end or change something in the text around them: HTML, quoted text, shells, patterns. */
const metaSign = /^(?:\\?['"\\&<>*|{}[\]$`]|\\n|\\r)$/;
/** Signs whose removal alone is meant to make a text safe; others (`%`, `$`, brackets) are often just a unit or a frame. */
const removedForSafety = /^\\?['"<>\\]$/;

interface Replacement {
  event: CallEvent;
  /** What is replaced: a sign as text, or a pattern. */
  sign: string | undefined;
  pattern: Pattern | undefined;
  all: boolean;
  /** What takes its place; undefined when it is not known. */
  into: string | undefined;
}

function call(event: CallEvent, machine: Machine): void {
  const replacement = readReplacement(event);
  if (!replacement) return;
  const message = fault(replacement);
  if (message) machine.report(id, event.node, event.frame.unit, { message, fixes: fixes(replacement) });
}

function readReplacement(event: CallEvent): Replacement | undefined {
  const all = event.name === 'replaceAll';
  const [what, into] = event.arguments;
  if ((!all && event.name !== 'replace') || !what || !into || event.arguments.length !== 2) return undefined;
  const pattern = what.pattern;
  const text = pattern ? undefined : knownText(what);
  if (!pattern && text === undefined) return undefined;
  return {
    event,
    sign: text ?? singleSign(pattern!.source),
    pattern,
    all: all || (pattern?.flags.includes('g') ?? false),
    into: knownText(into),
  };
}

/** The sign that a pattern stands for: `/'/`, `/\\/`, `/(<)/`. */
function singleSign(source: string): string | undefined {
  const inner = /^\((?:\?:)?(.*)\)$/.exec(source)?.[1] ?? source;
  if (/^\\\\$/.test(inner)) return '\\';
  return /^\\?[^\w\s\\]$/.test(inner) ? inner.replace('\\', '') : undefined;
}

function fault(replacement: Replacement): string | undefined {
  const { sign, pattern, all, into } = replacement;
  if (sign !== undefined && !all && onlyFirst(replacement))
    return `Only the first \`${shown(sign)}\` is ${into === '' ? 'removed' : 'escaped'}: a text with two of them gets through.`;
  if (forgetsBackslash(replacement))
    return 'Backslashes in the text are left as they are: one in front of the escaped sign takes the escape away.';
  if (!pattern) return undefined;
  if (into !== undefined && /^<\$1[^>]*><\/\$[12]>$/.test(into))
    return 'Tags closed in themselves are opened: markup that was harmless inside an attribute or a style can become active.';
  if (into === undefined) return undefined;
  if (isTagFilter(pattern))
    return 'The pattern does not match every way in which a browser reads such a tag (line breaks, capital letters, `</script >`).';
  if (into === '' && all && !inLoop(replacement.event.node)) {
    const left = removesWhatCanGrowBack(pattern);
    if (left) return `After one pass the text may still hold \`${left}\`: what is left around a removed part joins.`;
  }
  return undefined;
}

function shown(sign: string): string {
  return sign === '\n' ? '\\n' : sign;
}

/** One sign, replaced once, where the replacement is an escape of it or nothing. */
function onlyFirst({ event, sign, pattern, into }: Replacement): boolean {
  if (sign === undefined || into === undefined || !metaSign.test(sign)) return false;
  if (pattern && /[\^$]/.test(pattern.source.replace(/\\./g, ''))) return false;
  if (into === '') return removedForSafety.test(sign) && !isFrame(event, sign) && !isConstant(event.receiver);
  return isEscape(sign, into) && !isConstant(event.receiver);
}

function isEscape(sign: string, into: string): boolean {
  if (into === sign) return false;
  if (/^&(#\d+|#x[\da-f]+|\w+);$/i.test(into) || /^%[\da-f]{2}$/i.test(into)) return true;
  return (
    into === sign + sign ||
    into === `\\${sign}` ||
    /^\\+(\$&|\$1)$/.test(into) ||
    (sign === "'" && /^'\\+''$/.test(into))
  );
}

/** Signs taken off both ends: `.replace('"', '').replace('"', '')`, `.replace('<', '').replace('>', '')`. */
function isFrame(event: CallEvent, sign: string): boolean {
  const others = chain(event.node).filter((call) => call !== event.node);
  const partner = { '<': '>', '>': '<' }[sign] ?? sign;
  return others.some((other) => {
    const first = other.arguments?.[0];
    return first !== undefined && ts.isStringLiteralLike(first) && first.text === partner;
  });
}

function isConstant(receiver: Value | undefined): boolean {
  return receiver !== undefined && knownText(receiver) !== undefined;
}

/** `text.replace(/"/g, '\\"')` without the same for backslashes, here or elsewhere in the function. */
function forgetsBackslash({ event, sign, all, into }: Replacement): boolean {
  if (!all || sign === undefined || into === undefined || !/^['"`|$]$/.test(sign)) return false;
  if (into !== `\\${sign}` && into !== '\\$&') return false;
  const text = knownText(event.receiver ?? { taints: [] });
  if (text !== undefined) return false;
  let scope: ts.Node = event.node;
  while (scope.parent && !ts.isFunctionLike(scope)) scope = scope.parent;
  return !/\\\\\\\\|JSON\.stringify|\/\\\\\/|\/\[[^/]*\\\\[^/]*\]/.test(scope.getText());
}

/** The calls that a call's result goes through and comes from: `a.replace(...).replace(...)`. */
function chain(node: ts.Node): ts.CallExpression[] {
  const calls: ts.CallExpression[] = [];
  for (let at: ts.Node = node; ts.isCallExpression(at); ) {
    calls.push(at);
    const callee = unwrap(at.expression);
    if (!ts.isPropertyAccessExpression(callee)) break;
    at = unwrap(callee.expression);
  }
  for (let at = node; at.parent && ts.isPropertyAccessExpression(at.parent); ) {
    const call = at.parent.parent;
    if (!ts.isCallExpression(call) || call.expression !== at.parent) break;
    calls.push(call);
    at = call;
  }
  return calls;
}

/** Replaced again and again until nothing changes. */
function inLoop(node: ts.Node): boolean {
  for (let at = node; at.parent && !ts.isFunctionLike(at); at = at.parent)
    if (ts.isWhileStatement(at) || ts.isDoStatement(at)) return true;
  return false;
}

/** Every occurrence in place of the first. */
function fixes({ event, sign, pattern, all }: Replacement): Fix[] {
  if (all || sign === undefined || !ts.isCallExpression(event.node)) return [];
  const callee = unwrap(event.node.expression);
  const path = event.frame.unit.path;
  if (!pattern && ts.isPropertyAccessExpression(callee)) {
    const edit = { path, from: callee.name.getStart(), to: callee.name.getEnd(), text: 'replaceAll' };
    return [{ title: 'Replace every occurrence', edits: [edit] }];
  }
  const literal = event.node.arguments[0];
  if (!literal || !ts.isRegularExpressionLiteral(literal)) return [];
  const edit = { path, from: literal.getEnd(), to: literal.getEnd(), text: 'g' };
  return [{ title: 'Replace every occurrence', edits: [edit] }];
}

export const incompleteSanitization: Rule = {
  id,
  title: 'Escaping that leaves a way through',
  cwe: [116, 20, 80, 185],
  owasp: 'A03:2021 Injection',
  severity: 'medium',
  confidence: 'medium',
  explanation:
    'A text is safe only when every sign that has a meaning is escaped, each time it occurs, and the escape sign with it. ' +
    'Removing parts of a text can join what stood around them to the very part that was to go. Use the escaping of the ' +
    'library that reads the text, or allow known signs only.',
  wrong: `exports.quoted = (text) => "'" + text.replace("'", "''") + "'";
`,
  right: `exports.quoted = (text) => "'" + text.replaceAll("'", "''") + "'";
`,
  observer: { call },
};
