import type { CallEvent } from '../flow/machine.ts';
import type { Fix } from '../report/finding.ts';
import { unwrap } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';
import { moduleName } from './imports.ts';
import { inTemplate, quoted, textParts } from './textParts.ts';

/** Resolves the whole path before the statement and refuses one that leads out of its folder. */
export function pathGuard(event: CallEvent): Fix[] {
  const { node } = event;
  if (ts.isTaggedTemplateExpression(node)) return [];
  const file = node.arguments?.[0];
  const joined = file && joinedPath(unwrap(file));
  const statement = joined && enclosingStatement(node);
  const root = node.getSourceFile();
  const path = moduleName('path', root, event.frame.unit.bindings);
  if (!file || !joined || !statement || !path) return [];
  const names = new Set(event.frame.unit.bindings.all.map((binding) => binding.name));
  const name = ['file', 'safeFile', 'resolvedFile'].find((candidate) => !names.has(candidate));
  const folder = ['folder', 'safeFolder', 'rootFolder'].find((candidate) => !names.has(candidate));
  if (!name || !folder) return [];
  const indent = lineIndent(root.text, statement.getStart(root));
  const lines = [
    `const ${folder} = ${path.name}.resolve(${joined.folder});`,
    `const ${name} = ${path.name}.resolve(${folder}, ${joined.rest});`,
    `if (!${name}.startsWith(${folder} + ${path.name}.sep)) throw new RangeError('The path leads out of its folder.');`,
  ];
  const at = statement.getStart(root);
  const edits = [
    ...path.edits,
    { path: root.fileName, from: at, to: at, text: lines.map((line) => `${line}\n${indent}`).join('') },
    { path: root.fileName, from: file.getStart(root), to: file.getEnd(), text: name },
  ];
  return [{ title: 'Refuse paths that lead out of the folder', edits }];
}

/** Sources of the folder and of what is joined to it. */
function joinedPath(node: ts.Expression): { folder: string; rest: string } | undefined {
  if (ts.isCallExpression(node)) {
    const callee = node.expression;
    const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : ts.isIdentifier(callee) ? callee.text : '';
    const [folder, ...rest] = node.arguments;
    if (!/^(join|resolve)$/.test(name) || !folder || rest.length === 0) return undefined;
    return { folder: folder.getText(), rest: rest.map((part) => `String(${part.getText()})`).join(', ') };
  }
  const [first, ...others] = textParts(node) ?? [];
  const [second] = others;
  if (!first || !('text' in first) || !second || !('hole' in second)) return undefined;
  if (first.text === '') {
    // `root + '/' + name`: the folder is a variable.
    const [, slash, ...rest] = others;
    if (!slash || !('text' in slash) || !slash.text.startsWith('/') || rest.length === 0) return undefined;
    const parts = [{ text: slash.text.slice(1) }, ...rest];
    return { folder: second.hole.getText(), rest: template(parts) };
  }
  const end = first.text.lastIndexOf('/');
  if (end <= 0) return undefined;
  return { folder: quoted(first.text.slice(0, end)), rest: template([{ text: first.text.slice(end + 1) }, ...others]) };
}

function template(parts: readonly ({ text: string } | { hole: ts.Expression })[]): string {
  const body = parts.map((part) => ('hole' in part ? `\${${part.hole.getText()}}` : inTemplate(part.text)));
  return `\`${body.join('')}\``;
}

/** The statement in a block that runs the call: lines can stand before it. */
function enclosingStatement(node: ts.Node): ts.Statement | undefined {
  for (let at: ts.Node = node; at.parent; at = at.parent) {
    if (ts.isFunctionLike(at)) return undefined;
    const { parent } = at;
    if (ts.isBlock(parent) || ts.isSourceFile(parent) || ts.isCaseOrDefaultClause(parent)) {
      return ts.isExpressionStatement(at) || ts.isVariableStatement(at) || ts.isReturnStatement(at) ? at : undefined;
    }
  }
  return undefined;
}

function lineIndent(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  return /^\s*/.exec(line)![0];
}
