import type { AssignEvent, CallEvent, Frame, Machine } from '../flow/machine.ts';
import { ts } from '../syntax/typescript.ts';
import { knownText, type Value } from '../values/value.ts';
import { words } from './names.ts';
import type { Rule } from './rule.ts';
import { isPlaceholder, knownSecretFormat, looksRandom } from './secretFormats.ts';

const id = 'hardcoded-secret';
const secretName =
  /\b(passw(or)?d|passwd|pwd|pass|passphrase|secret|api ?key|access ?key|auth ?key|auth ?token|access ?token|private ?key|client ?secret|encryption ?key|signing ?key|jwt ?key|credential|token|secret ?key|session ?secret|cookie ?secret)s?$/;
/** Names that end like a secret but hold a label, a path or a field's name. */
const notSecret =
  /\b(type|name|field|header|label|prefix|url|uri|path|regex|pattern|placeholder|message|error|param|key ?name|selector|hint|title|text|id|(all|any|first|second|one|two|multi|by|low|high|band) pass)$/;
const testPath =
  /(^|\/)(tests?|specs?|__tests__|__mocks__|mocks?|fixtures?|e2e|cypress)\/|\.(test|spec|stories)\.[a-z]+$/i;

/** Calls whose argument is a key: position by name in the models' vocabulary. */
const keyArguments: Record<string, number> = {
  'jsonwebtoken.sign': 1,
  'jsonwebtoken.verify': 1,
  'jwt.sign': 1,
  'jwt.verify': 1,
  'jwt-simple.encode': 1,
  'jwt-simple.decode': 1,
  'crypto.createHmac': 1,
  'crypto.createCipheriv': 1,
  'crypto.createDecipheriv': 1,
  'crypto.createCipher': 1,
  'crypto.createDecipher': 1,
  'cookie-parser': 0,
  cookieParser: 0,
  'express.cookieParser': 0,
};

function reportSecret(machine: Machine, node: ts.Node, frame: Frame, what: string): void {
  machine.report(id, node, frame.unit, {
    message: `${what} stands in the source: everyone who reads the code has it, and it cannot be changed without a release.`,
  });
}

function expression(node: ts.Expression, value: Value, frame: Frame, machine: Machine): void {
  if (testPath.test(frame.unit.path)) return;
  if (ts.isStringLiteralLike(node)) {
    const format = knownSecretFormat(node.text);
    const named =
      node.parent &&
      ts.isPropertyAssignment(node.parent) &&
      isSecret(node.parent.name.getText().replace(/['"]/g, ''), node.text);
    if (format && !named) reportSecret(machine, node, frame, `A ${format}`);
    return;
  }
  if (!ts.isObjectLiteralExpression(node) || !value.object) return;
  for (const property of node.properties) {
    if (!ts.isPropertyAssignment(property) || !ts.isStringLiteralLike(property.initializer)) continue;
    const name = property.name.getText().replace(/['"]/g, '');
    if (isSecret(name, property.initializer.text)) reportSecret(machine, property, frame, `The value of \`${name}\``);
  }
}

function isSecret(name: string, text: string): boolean {
  const label = words(name);
  if (!secretName.test(label) || notSecret.test(label)) return false;
  return (
    !isPlaceholder(text, name) &&
    (looksRandom(text) || /passw|pwd|pass\b|secret/.test(label) ? text.length >= 4 : false) &&
    !/\s/.test(text)
  );
}

function assign(event: AssignEvent, machine: Machine): void {
  const text = knownText(event.value);
  if (!text || !event.property || event.object?.refs?.includes('jsx') || testPath.test(event.frame.unit.path)) return;
  if (ts.isStringLiteralLike(event.valueNode) && isSecret(event.property, text)) {
    reportSecret(machine, event.node, event.frame, `The value of \`${event.property}\``);
  }
}

function declared(event: CallEvent, machine: Machine): void {
  if (testPath.test(event.frame.unit.path)) return;
  for (const ref of event.refs) {
    const position = Object.hasOwn(keyArguments, ref) ? keyArguments[ref]! : undefined;
    if (position === undefined) continue;
    const value = event.arguments[position];
    const text = value && knownText(value);
    if (text && text.length > 2) reportSecret(machine, event.node, event.frame, `The key of ${event.name}()`);
  }
  if (event.refs.some((ref) => ref === 'express-session' || ref === 'session' || ref === 'cookie-session')) {
    const options = event.arguments[0]?.object;
    const secret = options?.properties.get('secret');
    const node = options?.node;
    if (secret && knownText(secret) && node && !ts.isStringLiteralLike(node)) {
      const inline =
        ts.isObjectLiteralExpression(node) &&
        node.properties.some(
          (property) =>
            ts.isPropertyAssignment(property) &&
            property.name.getText() === 'secret' &&
            ts.isStringLiteralLike(property.initializer),
        );
      if (!inline) reportSecret(machine, event.node, event.frame, 'The session secret');
    }
  }
}

/** `const password = 'hunter2'` */
function declaration(node: ts.Expression, _value: Value, frame: Frame, machine: Machine): void {
  const parent = node.parent;
  if (!ts.isStringLiteralLike(node) || !parent || !ts.isVariableDeclaration(parent) || parent.initializer !== node)
    return;
  if (testPath.test(frame.unit.path) || !ts.isIdentifier(parent.name)) return;
  if (isSecret(parent.name.text, node.text))
    reportSecret(machine, parent, frame, `The value of \`${parent.name.text}\``);
}

export const hardcodedSecret: Rule = {
  id,
  title: 'Secret in the source',
  cwe: [798, 259, 321],
  owasp: 'A07:2021 Identification and Authentication Failures',
  severity: 'high',
  confidence: 'medium',
  explanation:
    'A password or key in the source is known to everyone who can read the repository, its history or the package. Read it ' +
    'from the environment or a secret store, and change the one that was published.',
  wrong: `const { createHmac } = require('node:crypto');
const signingSecret = 'f9Kq2LmX8vTz41RwYp';
exports.sign = (text) => createHmac('sha256', signingSecret).update(text).digest('hex');
`,
  right: `const { createHmac } = require('node:crypto');
const signingSecret = process.env.SIGNING_SECRET;
exports.sign = (text) => createHmac('sha256', signingSecret).update(text).digest('hex');
`,
  observer: {
    expression(node, value, frame, machine) {
      expression(node, value, frame, machine);
      declaration(node, value, frame, machine);
    },
    assign,
    call: declared,
  },
};
