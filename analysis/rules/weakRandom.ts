import type { CallEvent, Machine } from '../flow/machine.ts';
import type { Fix } from '../report/finding.ts';
import { ts } from '../syntax/typescript.ts';
import { receivingNames, words } from './names.ts';
import type { Rule } from './rule.ts';

const id = 'weak-random';
const sensitive =
  /\b(tokens?|secrets?|passw\w*|pwd|session|sid|otp|nonce|salt|csrf|xsrf|api ?key|auth\w*|captcha|credentials?|verification|reset|invite|coupon|pin|iv|uuid|guid)\b/;

function call(event: CallEvent, machine: Machine): void {
  if (!event.refs.some((ref) => ref === 'Math.random' || ref === 'crypto.pseudoRandomBytes')) return;
  const names = tellingNames(event.node);
  const name = names.find((candidate) => sensitive.test(words(candidate)));
  if (!name && picksSign(event.node)) {
    const message = `A text made of signs that ${event.name}() picks can be predicted: it must not serve as a password or key.`;
    machine.report(id, event.node, event.frame.unit, { message, severity: 'medium', confidence: 'medium' });
  }
  if (!name) return;
  machine.report(id, event.node, event.frame.unit, {
    message: `\`${name.slice(0, 40)}\` must not be guessable, but ${event.name}() can be predicted from a few of its results.`,
    fixes: fix(event.node),
  });
}

const alphabet = /char|alphabet|possible|letters|digits|symbols|mask|hex|base\d\d|ascii/i;

/** `alphabet.charAt(Math.floor(Math.random() * alphabet.length))`: a text is made sign by sign. */
function picksSign(node: ts.Node): boolean {
  let at: ts.Node = node;
  while (
    at.parent &&
    (ts.isBinaryExpression(at.parent) || ts.isCallExpression(at.parent) || ts.isParenthesizedExpression(at.parent))
  ) {
    const parent = at.parent;
    if (
      ts.isCallExpression(parent) &&
      ts.isPropertyAccessExpression(parent.expression) &&
      parent.arguments.includes(at as ts.Expression)
    ) {
      const { name, expression } = parent.expression;
      if (/^(charAt|substr|substring)$/.test(name.text)) return true;
      if (expression.getText() !== 'Math') return false;
    }
    at = parent;
  }
  const access = at.parent;
  if (!access || !ts.isElementAccessExpression(access) || access.argumentExpression !== at) return false;
  return ts.isStringLiteralLike(access.expression) || alphabet.test(access.expression.getText());
}

const generic =
  /^(i|n|r|x|id|num\w*|str\w*|text|val\w*|res\w*|out\w*|ran\w*|rnd|char\w*|code|key|buf\w*|data|tmp|temp)$/i;

/** What the number is for: the variable's own name where it says something, else also the functions around it. */
function tellingNames(node: ts.Node): string[] {
  const names = receivingNames(node);
  const [first] = names;
  return first !== undefined && first.length > 4 && !generic.test(first) ? [first] : names;
}

/** `Math.random().toString(36).slice(2)` becomes random bytes as text. */
function fix(node: ts.Node): Fix[] {
  let at: ts.Node = node;
  let asText = false;
  while (
    at.parent &&
    (ts.isPropertyAccessExpression(at.parent) || (ts.isCallExpression(at.parent) && at.parent.expression === at))
  ) {
    at = at.parent;
    if (
      ts.isCallExpression(at) &&
      ts.isPropertyAccessExpression(at.expression) &&
      at.expression.name.text === 'toString'
    )
      asText = true;
  }
  if (!asText) return [];
  const edit = {
    path: node.getSourceFile().fileName,
    from: at.getStart(),
    to: at.getEnd(),
    text: "globalThis.crypto.randomUUID().replaceAll('-', '')",
  };
  return [{ title: 'Use cryptographic randomness', edits: [edit] }];
}

export const weakRandom: Rule = {
  id,
  title: 'Predictable random number for a secret',
  cwe: [338, 330],
  owasp: 'A02:2021 Cryptographic Failures',
  severity: 'high',
  confidence: 'high',
  explanation:
    'Math.random is made for simulation: its state can be computed from a few results, and with it every token before and ' +
    'after. crypto.randomBytes, crypto.randomInt and crypto.randomUUID cannot be predicted.',
  wrong: `exports.createToken = () => {
  const token = Math.random().toString(36).slice(2);
  return token;
};
`,
  right: `const { randomBytes } = require('node:crypto');
exports.createToken = () => {
  const token = randomBytes(16).toString('hex');
  return token;
};
`,
  observer: { call },
};
