import { readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

/**
 * Which module system a file is written in: its extension says so, else the syntax that only one of the two has, else the
 * nearest `package.json`.
 */
export function moduleFormat(path: string, source: string): 'esm' | 'cjs' {
  const extension = extname(path);
  if (extension === '.mjs' || extension === '.mts') return 'esm';
  if (extension === '.cjs' || extension === '.cts') return 'cjs';
  const code = withoutCommentsAndTexts(source);
  if (/^\s*(import\b(?!\s*[.(])|export\b)/m.test(code) || /(?:^|[;}])\s*(import\b(?!\s*[.(])|export\b)/m.test(code))
    return 'esm';
  const type = packageType(dirname(path));
  if (type) return type === 'module' ? 'esm' : 'cjs';
  return /\brequire\s*\(|\bmodule\.exports\b|\bexports\.\w|__dirname|__filename/.test(code) ? 'cjs' : 'esm';
}

function withoutCommentsAndTexts(source: string): string {
  return source.replaceAll(
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g,
    (text) => (text.startsWith('/') ? ' ' : '""'),
  );
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
    const { type } = JSON.parse(readFileSync(path, 'utf8')) as { type?: unknown };
    return typeof type === 'string' ? type : null;
  } catch {
    return undefined;
  }
}
