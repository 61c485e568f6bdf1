import type { CallEvent, Frame, Machine } from '../flow/machine.ts';
import { unwrap } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';
import { option, reportCall, textOf } from './misuse.ts';
import type { Rule } from './rule.ts';

const id = 'predictable-temporary-file';
const writers = /^fs\.(writeFile|appendFile|createWriteStream|open|mkdir|outputFile|copyFile)(Sync)?$/;
const temporary = /\btmpdir\(\)|(?<!\+\s*)['"`]\/(var\/)?tmp\//;
/** Calls that add nothing to a name; any other may make it one of a kind. */
const plainCalls = /\b(path\.)?(join|resolve|normalize)\(|\b(os\.)?tmpdir\(/g;
const unique = /mkdtemp|random|uuid|nanoid|unique|\w\(/i;

/** A file of a fixed name in the folder that all users of the machine share. */
function call(event: CallEvent, machine: Machine): void {
  if (!ts.isCallExpression(event.node) || !event.refs.some((ref) => writers.test(ref))) return;
  const copied = event.refs.some((ref) => ref.includes('copyFile')) ? 1 : 0;
  const given = event.node.arguments[copied];
  if (!given) return;
  const source = origin(given, event.frame, 0);
  if (!temporary.test(source) || unique.test(source.replace(plainCalls, ''))) return;
  // Only a file that is made anew and opened by nobody else.
  const flags = event.arguments.flatMap((value) => [
    textOf(value),
    textOf(option(value, 'flag') ?? option(value, 'flags')),
  ]);
  if (flags.some((flag) => /^[wa]x/.test(flag))) return;
  reportCall(machine, id, event, 'Another user of the machine can put a file or a link of this name there first.');
}

/** The text of an expression, with what its constants were made from. */
function origin(node: ts.Expression, frame: Frame, depth: number): string {
  const inner = unwrap(node);
  const text = inner.getText();
  if (depth > 3 || temporary.test(text)) return text;
  const parts: string[] = [text];
  const visit = (child: ts.Node): void => {
    if (ts.isIdentifier(child)) {
      const declaration = frame.unit.bindings.of(child)?.declaration;
      if (declaration && ts.isVariableDeclaration(declaration) && declaration.initializer) {
        parts.push(origin(declaration.initializer, frame, depth + 1));
      }
    } else if (!ts.isFunctionLike(child)) ts.forEachChild(child, visit);
  };
  visit(inner);
  return parts.join(' ');
}

export const temporaryFile: Rule = {
  id,
  title: 'Temporary file whose name can be guessed',
  cwe: [377, 379, 59],
  owasp: 'A01:2021 Broken Access Control',
  severity: 'medium',
  confidence: 'medium',
  explanation:
    'All users of a machine share the folder for temporary files. Whoever knows the name makes a link there first, and the ' +
    'program writes where the link leads. Make a folder of one’s own with fs.mkdtemp, or open with the flag `wx`.',
  wrong: `const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
exports.keep = (text) => fs.writeFileSync(path.join(os.tmpdir(), 'shop.log'), text);
`,
  right: `const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
exports.keep = (text) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shop-'));
  fs.writeFileSync(path.join(folder, 'shop.log'), text);
};
`,
  observer: { call },
};
