import type { TextEdit } from '../report/finding.ts';
import type { Bindings } from '../scopes/bindings.ts';
import { ts } from '../syntax/typescript.ts';

/** How a fix can name a module of Node in a file, and the edit that makes the name known (none when it is). */
export function moduleName(
  module: string,
  root: ts.SourceFile,
  bindings: Bindings,
): { name: string; edits: TextEdit[] } | undefined {
  for (const statement of root.statements) {
    const name = boundName(statement, module);
    if (name) return { name, edits: [] };
  }
  // The name is taken by something else: a fix would have to rename it.
  if (bindings.all.some((binding) => binding.name === module)) return undefined;
  const isModule = root.statements.some(
    (statement) => ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) || isExported(statement),
  );
  const first = root.statements.find((statement) => !isDirective(statement));
  const at = first?.getStart(root) ?? 0;
  const text = isModule
    ? `import * as ${module} from 'node:${module}';\n`
    : `const ${module} = require('node:${module}');\n`;
  return { name: module, edits: [{ path: root.fileName, from: at, to: at, text }] };
}

function boundName(statement: ts.Statement, module: string): string | undefined {
  const names = (specifier: ts.Node | undefined): boolean =>
    specifier !== undefined && ts.isStringLiteral(specifier) && specifier.text.replace(/^node:/, '') === module;
  if (ts.isImportDeclaration(statement) && names(statement.moduleSpecifier)) {
    const clause = statement.importClause;
    if (clause?.name) return clause.name.text;
    const bindings = clause?.namedBindings;
    return bindings && ts.isNamespaceImport(bindings) ? bindings.name.text : undefined;
  }
  if (!ts.isVariableStatement(statement)) return undefined;
  const declaration = statement.declarationList.declarations.find(
    ({ name, initializer }) =>
      ts.isIdentifier(name) && initializer && isRequire(initializer) && names(initializer.arguments[0]),
  );
  return declaration && ts.isIdentifier(declaration.name) ? declaration.name.text : undefined;
}

export function isRequire(node: ts.Expression): node is ts.CallExpression {
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'require';
}

function isExported(statement: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword) ?? false)
  );
}

function isDirective(statement: ts.Statement): boolean {
  return ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression);
}
