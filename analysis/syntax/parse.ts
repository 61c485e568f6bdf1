import type { RawOutput } from '../templates/rawOutput.ts';
import { readTemplate, templateExtension } from '../templates/template.ts';
import { embeddedScripts, markupExtension } from './embedded.ts';
import { ts } from './typescript.ts';

export interface SyntaxTree {
  path: string;
  text: string;
  root: ts.SourceFile;
  /** Of a template: where it puts values out as they are. */
  outputs?: readonly RawOutput[];
  /** Of a page or component: its whole text. */
  markup?: string;
}

export interface Position {
  /** Zero-based. */
  line: number;
  /** Zero-based, in UTF-16 units. */
  column: number;
}

export interface Range {
  /** UTF-16 offsets into the text; `end` is exclusive. */
  start: number;
  end: number;
}

const kinds: Record<string, ts.ScriptKind> = {
  ts: ts.ScriptKind.TS,
  mts: ts.ScriptKind.TS,
  cts: ts.ScriptKind.TS,
  tsx: ts.ScriptKind.TSX,
};

/** Script kind by extension; plain JavaScript is read as JSX, which is a superset in practice. */
export function scriptKind(path: string): ts.ScriptKind {
  return kinds[path.slice(path.lastIndexOf('.') + 1).toLowerCase()] ?? ts.ScriptKind.JSX;
}

/**
 * Parses source text. Never throws for bad source, but a RangeError for source nested deeper than anyone writes: the
 * parser recovers and gives a tree of what it understood.
 * With the tree of an earlier text only what changed is parsed; the earlier tree must not be used again, since the new
 * one takes over its nodes.
 */
export function parseSource(path: string, text: string, previous?: SyntaxTree): SyntaxTree {
  if (templateExtension.test(path)) {
    const { code, outputs } = readTemplate(path, text);
    return { ...parseScript(path, code, ts.ScriptKind.JS, previous), outputs };
  }
  if (!markupExtension.test(path)) return parseScript(path, text, scriptKind(path), previous);
  const { code, typescript } = embeddedScripts(text);
  const kind = typescript ? ts.ScriptKind.TS : ts.ScriptKind.JS;
  // Another language needs another tree.
  const reusable = previous && (typescript ? isTypeScript(previous) : !isTypeScript(previous)) ? previous : undefined;
  return { ...parseScript(path, code, kind, reusable), markup: text };
}

/** The part of a file that is script: all of it, or what a page or component holds. */
export function scriptText(path: string, text: string): string {
  if (templateExtension.test(path)) return readTemplate(path, text).code;
  return markupExtension.test(path) ? embeddedScripts(text).code : text;
}

function isTypeScript({ root }: SyntaxTree): boolean {
  return (root as ts.SourceFile & { scriptKind: ts.ScriptKind }).scriptKind === ts.ScriptKind.TS;
}

/** The parser's time doubles with each `async(` or `async name(` inside another: no program needs so many. */
const MAX_ASYNC_CALLS = 10;

function tooDeep(text: string): boolean {
  if ((text.match(/\basync\s*(?:(?!function\b)[\w$]+\s*)?\(/g)?.length ?? 0) <= MAX_ASYNC_CALLS) return false;
  // For each open parenthesis, whether `async(` stands directly in it.
  const levels = [false];
  let depth = 0;
  for (const [sign] of text.matchAll(/\basync\s*(?:(?!function\b)[\w$]+\s*)?\(|[()]/g)) {
    if (sign === ')') {
      if (levels.length > 1 && levels.pop()) depth--;
      continue;
    }
    if (sign !== '(' && !levels[levels.length - 1]) {
      levels[levels.length - 1] = true;
      if (++depth > MAX_ASYNC_CALLS) return true;
    }
    levels.push(false);
  }
  return false;
}

function parseScript(path: string, text: string, kind: ts.ScriptKind, previous: SyntaxTree | undefined): SyntaxTree {
  if (tooDeep(text)) throw new RangeError('async( is nested too deep to be parsed');
  if (previous && previous.text === text) return previous;
  if (previous)
    return { path, text, root: ts.updateSourceFile(previous.root, text, changeBetween(previous.text, text)) };
  const root = ts.createSourceFile(
    path,
    text,
    { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode: ts.JSDocParsingMode.ParseNone },
    true,
    kind,
  );
  return { path, text, root };
}

/** The one range that differs between two texts. */
function changeBetween(before: string, after: string): ts.TextChangeRange {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let same = 0;
  while (
    same < shorter - start &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  )
    same++;
  return { span: { start, length: before.length - start - same }, newLength: after.length - start - same };
}

/** The range of a node without the white space and comments before it. */
export function rangeOf(node: ts.Node, root?: ts.SourceFile): Range {
  return { start: node.getStart(root), end: node.getEnd() };
}

export function positionAt(root: ts.SourceFile, offset: number): Position {
  const { line, character } = root.getLineAndCharacterOfPosition(offset);
  return { line, column: character };
}

/** Lines of a text, counted as the parser counts them. */
export function lineCount(text: string): number {
  return text.split(/\r\n|[\n\r\u2028\u2029]/).length;
}

/** Strips parentheses, `as`, `satisfies`, `!` and type assertions: they do not change the value. */
export function unwrap(node: ts.Expression): ts.Expression {
  let inner = node;
  while (
    ts.isParenthesizedExpression(inner) ||
    ts.isAsExpression(inner) ||
    ts.isNonNullExpression(inner) ||
    ts.isSatisfiesExpression(inner) ||
    ts.isTypeAssertionExpression(inner)
  ) {
    inner = inner.expression;
  }
  return inner;
}
