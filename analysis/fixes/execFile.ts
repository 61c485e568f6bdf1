import type { CallEvent } from '../flow/machine.ts';
import type { Fix, TextEdit } from '../report/finding.ts';
import { ts } from '../syntax/typescript.ts';
import { isRequire } from './imports.ts';
import { aroundHole, quoted, type TextPart, textParts } from './textParts.ts';

/** Signs that only a shell understands: without one the command would mean something else. */
const shellSigns = /[|&;<>()$`\\*?[\]#~!{}\n%]/;

/** `exec('git log ' + name)` becomes `execFile('git', ['log', name])`, where the command needs no shell. */
export function execFileFix(event: CallEvent): Fix[] {
  const { node } = event;
  if (!ts.isCallExpression(node)) return [];
  const command = node.arguments[0];
  const parts = command && textParts(command);
  const words = parts && wordsOf(parts);
  const [program, ...given] = words ?? [];
  if (!command || program === undefined || given.length === 0) return [];
  const renamed = renameCallee(event);
  if (!renamed) return [];
  const path = node.getSourceFile().fileName;
  const text = `${program}, [${given.join(', ')}]`;
  const edit = { path, from: command.getStart(), to: command.getEnd(), text };
  return [{ title: 'Start the program without a shell', edits: [...renamed, edit] }];
}

/** Sources of the command's words; undefined when a shell is needed to make sense of it. */
function wordsOf(parts: readonly TextPart[]): string[] | undefined {
  const words: { before: string; hole?: ts.Expression; after: string }[] = [];
  let quote = '';
  let current: (typeof words)[number] | undefined;
  const begin = (): (typeof words)[number] => {
    if (current) return current;
    current = { before: '', after: '' };
    words.push(current);
    return current;
  };
  for (const part of parts) {
    if ('hole' in part) {
      const word = begin();
      if (word.hole) return undefined;
      word.hole = part.hole;
      continue;
    }
    if (shellSigns.test(part.text)) return undefined;
    for (const sign of part.text) {
      if (quote !== '' ? sign === quote : sign === '"' || sign === "'") {
        quote = quote === '' ? sign : '';
        begin();
      } else if (sign === ' ' && quote === '') current = undefined;
      else {
        const word = begin();
        if (word.hole) word.after += sign;
        else word.before += sign;
      }
    }
  }
  // The first word must be a known program, not `NAME=value`.
  if (quote !== '' || words[0]?.hole || words[0]?.before.includes('=')) return undefined;
  return words.map(({ before, hole, after }) => (hole ? argument(before, hole, after) : quoted(before)));
}

/** Arguments must be texts; a shell made them so. */
function argument(before: string, hole: ts.Expression, after: string): string {
  return before === '' && after === '' ? `String(${hole.getText()})` : aroundHole(before, hole, after);
}

/** `cp.exec` becomes `cp.execFile`; a name taken out of the module is taken out beside it. */
function renameCallee(event: CallEvent): TextEdit[] | undefined {
  const { expression } = event.node as ts.CallExpression;
  const path = expression.getSourceFile().fileName;
  const name = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
  if (!ts.isIdentifier(name) || !/^exec(Sync)?$/.test(name.text)) return undefined;
  if (!event.refs.includes(`child_process.${name.text}`)) return undefined;
  const next = name.text.replace('exec', 'execFile');
  const rename = { path, from: name.getStart(), to: name.getEnd(), text: next };
  if (name !== expression) return [rename];
  const { bindings } = event.frame.unit;
  if (bindings.all.some((binding) => binding.name === next)) return [rename];
  const declaration = bindings.of(name)?.declaration;
  const taken = declaration && namedImport(declaration, name.text);
  return taken ? [{ path, from: taken.getEnd(), to: taken.getEnd(), text: `, ${next}` }, rename] : undefined;
}

/** `exec` in `const { exec } = require(...)` or `import { exec } from ...`. */
function namedImport(declaration: ts.Node, name: string): ts.Node | undefined {
  if (ts.isImportSpecifier(declaration)) return declaration.propertyName ? undefined : declaration;
  if (!ts.isVariableDeclaration(declaration) || !ts.isObjectBindingPattern(declaration.name)) return undefined;
  if (!declaration.initializer || !isRequire(declaration.initializer)) return undefined;
  return declaration.name.elements.find(
    (element) => !element.propertyName && ts.isIdentifier(element.name) && element.name.text === name,
  );
}
