import { type Node, parse } from 'acorn';
import MagicString from 'magic-string';
import type { LoadedModule } from '../bridge/modules.ts';
import { withLiveExports } from './liveExports.ts';
import { stripTypes } from './typeEraser.ts';

/**
 * Makes JavaScript that an isolate can compile: types erased in place (lines and columns stay), `import()` and `import.meta`
 * turned into calls of the runtime, because isolated-vm has neither. `live` prepares its exports for replacement while it runs.
 * @throws SyntaxError with the guest's file name, line and column
 */
export function toIsolateSource(source: string, url: string, typescript: boolean, live = false): string {
  const plain = typescript ? eraseTypes(source, url) : source;
  const javascript = live ? withLiveExports(plain, url) : plain;
  if (!/\bimport\s*(\(|\.)/.test(javascript)) return javascript;
  return replaceImportForms(javascript, url);
}

/** A module's source as the guest evaluates it for `require`: types erased. */
export function withPlainSource(module: LoadedModule): LoadedModule {
  if (module.kind !== 'cjs' || !module.typescript) return module;
  return { ...module, source: toIsolateSource(module.source, module.url, true), typescript: false };
}

/** @throws SyntaxError with the guest's file name and line */
export function eraseTypes(source: string, url: string): string {
  try {
    return stripTypes(source, { mode: 'strip' });
  } catch (error) {
    if (!isUnsupportedSyntax(error)) throw syntaxError(error, url);
  }
  try {
    return stripTypes(source, { mode: 'transform', sourceMap: true, sourceUrl: url });
  } catch (error) {
    throw syntaxError(error, url);
  }
}

function isUnsupportedSyntax(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX';
}

function syntaxError(error: unknown, url: string): SyntaxError {
  const message = error instanceof Error ? error.message : String(error);
  const place = error instanceof Error ? (/:(\d+)(?::(\d+))?\n/.exec(error.stack ?? '')?.[1] ?? '') : '';
  const result = new SyntaxError(message);
  result.stack = `${url}${place && `:${place}`}\nSyntaxError: ${message}`;
  return result;
}

function replaceImportForms(source: string, url: string): string {
  let program: Node;
  try {
    program = parse(source, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true });
  } catch {
    // V8 compiles it next and says what is wrong with its own position.
    return source;
  }
  const output = new MagicString(source);
  visit(program, (node) => {
    if (node.type === 'ImportExpression') {
      output.overwrite(node.start, source.indexOf('(', node.start) + 1, `__apexImport(${JSON.stringify(url)}, `);
    } else if (node.type === 'MetaProperty' && source.startsWith('import', node.start)) {
      output.overwrite(node.start, node.end, `__apexMeta(${JSON.stringify(url)})`);
    }
  });
  return output.toString();
}

function visit(node: Node, see: (node: Node) => void): void {
  see(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === 'object' && child !== null && typeof (child as Node).type === 'string')
        visit(child as Node, see);
    }
  }
}
