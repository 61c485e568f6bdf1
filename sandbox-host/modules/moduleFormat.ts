import { dirname, extname, sep } from 'node:path';
import { init, parse } from 'es-module-lexer';
import { readManifest } from './manifest.ts';

await init();

/**
 * Which module system a file is written in: its extension says so, else the syntax that only one of the two has, else the
 * nearest `package.json`.
 */
export function moduleFormat(path: string, source: string): 'esm' | 'cjs' {
  const extension = extname(path);
  if (extension === '.mjs' || extension === '.mts') return 'esm';
  if (extension === '.cjs' || extension === '.cts') return 'cjs';
  if (hasModuleSyntax(source)) return 'esm';
  const type = packageType(dirname(path));
  if (type) return type === 'module' ? 'esm' : 'cjs';
  if (path.includes(`${sep}node_modules${sep}`)) return 'cjs';
  // A program of one's own may `await` at its top without importing anything.
  return /\brequire *\(|\bmodule\.exports\b|\bexports\b|__dirname|__filename/.test(source) ? 'cjs' : 'esm';
}

function hasModuleSyntax(source: string): boolean {
  try {
    return parse(source)[3];
  } catch {
    // Not JavaScript, or nested too deep for the lexer: V8 says so better.
    return false;
  }
}

/** The `type` of the nearest package.json that has one. */
function packageType(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const found = readType(at);
    if (found !== undefined || at === dirname(at)) return found ?? undefined;
  }
}

function readType(folder: string): string | null | undefined {
  try {
    const { type } = readManifest(folder);
    return typeof type === 'string' ? type : null;
  } catch {
    return undefined;
  }
}
