import { parse } from 'acorn';
import { initSync, parse as lex } from 'cjs-module-lexer';

/** Names that `export { x as NAME }` cannot take without quotes, or that mean the default export. */
const UNUSABLE = new Set(['default', '__esModule']);

export interface CommonJsExports {
  names: string[];
  /** Modules of which it hands on all exports: `module.exports = require("./a")`, `__exportStar(require("./b"), exports)`. */
  reexports: string[];
}

/**
 * The names a CommonJS module seems to export, read from its text as Node's own lexer does: `exports.a =`,
 * `module.exports.a =`, `Object.defineProperty(exports, "a"` and the plain keys of `module.exports = { a, b: ... }`.
 * A name too many is harmless (its value is undefined), one too few is still on the default export.
 */
export function commonJsExports(source: string): CommonJsExports {
  const { exports, reexports } = lexed(source);
  const names = new Set<string>(exports.filter((name) => /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)));
  for (const [, name] of source.matchAll(/\b(?:module\.)?exports\.([A-Za-z_$][\w$]*)\s*=/g)) names.add(name!);
  for (const [, name] of source.matchAll(
    /Object\.defineProperty\(\s*(?:module\.)?exports\s*,\s*['"]([A-Za-z_$][\w$]*)['"]/g,
  )) {
    names.add(name!);
  }
  for (const name of literalKeys(source)) names.add(name);
  return { names: [...names].filter((name) => !UNUSABLE.has(name)), reexports };
}

function lexed(source: string): { exports: string[]; reexports: string[] } {
  initSync();
  try {
    return lex(source);
  } catch {
    return { exports: [], reexports: [] };
  }
}

/** Plain keys of the object that a top-level statement assigns to `module.exports`. */
function literalKeys(source: string): string[] {
  if (!/\bmodule\.exports\s*=\s*\{/.test(source)) return [];
  try {
    const { body } = parse(source, { ecmaVersion: 'latest', allowReturnOutsideFunction: true, allowHashBang: true });
    return body.flatMap((statement) => {
      if (statement.type !== 'ExpressionStatement' || statement.expression.type !== 'AssignmentExpression') return [];
      const { left, right } = statement.expression;
      if (source.slice(left.start, left.end) !== 'module.exports' || right.type !== 'ObjectExpression') return [];
      return right.properties.flatMap((property) =>
        property.type === 'Property' && !property.computed && property.key.type === 'Identifier'
          ? [property.key.name]
          : [],
      );
    });
  } catch {
    // V8 says what is wrong when it compiles the module.
    return [];
  }
}
