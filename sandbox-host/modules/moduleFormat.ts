import { dirname, extname, join } from 'node:path';
import { readRegularFile } from './readRegularFile.ts';

/**
 * Which module system a file is written in: its extension says so, else the syntax that only one of the two has, else the
 * nearest `package.json`. The text is a guest's, so it is read in one pass: no pattern here goes back over what it has read.
 */
export function moduleFormat(path: string, source: string): 'esm' | 'cjs' {
  const extension = extname(path);
  if (extension === '.mjs' || extension === '.mts') return 'esm';
  if (extension === '.cjs' || extension === '.cts') return 'cjs';
  const code = withoutCommentsAndTexts(source);
  if (hasModuleSyntax(code)) return 'esm';
  const type = packageType(dirname(path));
  if (type) return type === 'module' ? 'esm' : 'cjs';
  return /\brequire *\(|\bmodule\.exports\b|\bexports\.\w|__dirname|__filename/.test(code) ? 'cjs' : 'esm';
}

/** A statement that begins with `import` or `export`, and is neither `import(` nor `import.meta`. */
function hasModuleSyntax(code: string): boolean {
  for (const { 0: word, index } of code.matchAll(/\b(?:import|export)\b/g)) {
    if (!beginsStatement(code, index)) continue;
    if (word === 'export' || !/[.(]/.test(afterSpace(code, index + word.length))) return true;
  }
  return false;
}

/** Only white space lies between it and the beginning of its line, a semicolon or a brace. */
function beginsStatement(code: string, index: number): boolean {
  for (let at = index - 1; at >= 0; at--) {
    const before = code[at]!;
    if (before === '\n' || before === ';' || before === '}') return true;
    if (!/\s/.test(before)) return false;
  }
  return true;
}

function afterSpace(code: string, index: number): string {
  let at = index;
  while (at < code.length && /\s/.test(code[at]!)) at++;
  return code[at] ?? '';
}

/** Comments become a space, texts an empty one. */
function withoutCommentsAndTexts(source: string): string {
  const kept: string[] = [];
  let from = 0;
  const cut = (start: number, end: number, instead: string) => {
    kept.push(source.slice(from, start), instead);
    from = end;
  };
  for (let at = 0; at < source.length; at = Math.max(at + 1, from)) {
    const mark = source[at]!;
    if (mark === '/' && source[at + 1] === '/') cut(at, endOf(source, '\n', at), ' ');
    else if (mark === '/' && source[at + 1] === '*') cut(at, endOf(source, '*/', at + 2) + 2, ' ');
    else if (mark === "'" || mark === '"' || mark === '`') {
      cut(at, endOfText(source, at, mark), '""');
    }
  }
  kept.push(source.slice(from));
  return kept.join('');
}

function endOf(source: string, mark: string, from: number): number {
  const end = source.indexOf(mark, from);
  return end < 0 ? source.length : end;
}

/** Behind the closing quote, or where the line ends without one. */
function endOfText(source: string, start: number, quote: string): number {
  for (let at = start + 1; at < source.length; at++) {
    const mark = source[at];
    if (mark === '\\') at++;
    else if (mark === quote) return at + 1;
    else if (mark === '\n' && quote !== '`') return at;
  }
  return source.length;
}

/** The `type` of the nearest package.json that has one. */
function packageType(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const found = readType(join(at, 'package.json'));
    if (found !== undefined || at === dirname(at)) return found ?? undefined;
  }
}

function readType(path: string): string | null | undefined {
  try {
    const { type } = JSON.parse(readRegularFile(path)) as { type?: unknown };
    return typeof type === 'string' ? type : null;
  } catch {
    return undefined;
  }
}
