import { constantTime } from '../fixes/constantTime.ts';
import type { CallEvent, Frame, Machine } from '../flow/machine.ts';
import { ts } from '../syntax/typescript.ts';
import type { Value } from '../values/value.ts';
import { constantOf, isCallOf, isFalse, lastNameOf, option, reportCall, textOf } from './misuse.ts';
import { words } from './names.ts';
import type { Rule } from './rule.ts';

const weakCipher =
  /^(des|des-?ede|des3|3des|rc2|rc4|bf|blowfish|idea|seed|cast|.*ecb|aes-?(128|192|256)-?cbc-hmac-sha1)/i;

function cipher(event: CallEvent, machine: Machine): void {
  const { arguments: values } = event;
  const id = 'weak-cipher';
  const named = /^crypto\.create(Cipher|Decipher)(iv)?$/;
  if (event.refs.some((ref) => named.test(ref)) || /^create(Cipher|Decipher)(iv)?$/.test(event.name)) {
    const algorithm = textOf(values[0]);
    if (!event.name.endsWith('iv'))
      reportCall(
        machine,
        id,
        event,
        `${event.name}() makes key and IV from a password without salt: equal texts give equal ciphers.`,
      );
    else if (weakCipher.test(algorithm))
      reportCall(machine, id, event, `${algorithm} is broken or shows patterns of the text; use aes-256-gcm.`);
    else if (/gcm|ccm|ctr|cbc/i.test(algorithm) && values[2] && constantOf(values[2])?.value === '') {
      reportCall(
        machine,
        id,
        event,
        'An empty IV makes equal texts give equal ciphers; take one from crypto.randomBytes for each message.',
      );
    }
    return;
  }
  const library = event.refs.find((ref) => /^(crypto-js|CryptoJS)[./](DES|TripleDES|RC4|RC4Drop|Rabbit)\b/i.test(ref));
  if (library) reportCall(machine, id, event, `${library.split(/[./]/)[1]} is a broken cipher; use AES in GCM mode.`);
  if (isCallOf(event, 'crypto.createDiffieHellman', 'crypto.getDiffieHellman')) {
    const bits = constantOf(values[0] ?? { taints: [] })?.value;
    if (typeof bits === 'number' && bits < 2048)
      reportCall(machine, id, event, `A key of ${bits} bits can be broken; 2048 is the least.`);
    else if (/^modp[125]$/.test(textOf(values[0])))
      reportCall(machine, id, event, `The group ${textOf(values[0])} has less than 2048 bits; use modp14 or larger.`);
  }
  const pair = isCallOf(event, 'crypto.generateKeyPair', 'crypto.generateKeyPairSync');
  if (pair) {
    const bits = constantOf(option(values[1], 'modulusLength') ?? { taints: [] })?.value;
    const divisor = constantOf(option(values[1], 'divisorLength') ?? { taints: [] })?.value;
    const curve = textOf(option(values[1], 'namedCurve'));
    if (typeof bits === 'number' && bits < 2048)
      reportCall(machine, id, event, `A key of ${bits} bits can be broken; 2048 is the least.`);
    else if (typeof divisor === 'number' && divisor < 224)
      reportCall(machine, id, event, `A divisor of ${divisor} bits can be broken; 224 is the least.`);
    else if (/(1[0-9]{2}|2[0-1][0-9])[rkvt]/.test(curve))
      reportCall(machine, id, event, `The curve ${curve} is too small; use P-256 or X25519.`);
  }
}

export const weakCipherRule: Rule = {
  id: 'weak-cipher',
  title: 'Broken or badly used cipher',
  cwe: [327, 326, 780, 1204],
  owasp: 'A02:2021 Cryptographic Failures',
  severity: 'medium',
  confidence: 'high',
  explanation:
    'DES, RC4 and ECB mode reveal what they should hide; keys that are too short can be searched. AES-256-GCM with ' +
    'a fresh IV does both: it hides and it detects changes.',
  wrong: `const crypto = require('node:crypto');
exports.seal = (key, text) => crypto.createCipheriv('aes-256-ecb', key, null).update(text, 'utf8', 'hex');
`,
  right: `const crypto = require('node:crypto');
exports.seal = (key, text) => crypto.createCipheriv('aes-256-gcm', key, crypto.randomBytes(12)).update(text, 'utf8', 'hex');
`,
  observer: { call: cipher },
};

function token(event: CallEvent, machine: Machine): void {
  const id = 'unverified-token';
  const { arguments: values } = event;
  if (event.name === 'verify' || event.name === 'sign') {
    const listed = option(values[2], 'algorithms') ?? option(values[2], 'algorithm');
    const names = listed?.object ? [...listed.object.properties.values()].map(textOf) : [textOf(listed)];
    const none = names.some((name) => /^none$/i.test(name));
    if (none) reportCall(machine, id, event, 'The algorithm "none" means no signature: anyone can write such a token.');
    else if (
      isFalse(option(values[2], 'ignoreExpiration') ?? { taints: [] }) === false &&
      constantOf(option(values[2], 'ignoreExpiration') ?? { taints: [] })?.value === true
    ) {
      reportCall(machine, id, event, 'A token that has expired is accepted.');
    }
  }
  if (isCallOf(event, 'jwt-simple.decode') && constantOf(values[2] ?? { taints: [] })?.value === true) {
    reportCall(machine, id, event, 'The third argument turns off the check of the signature.');
  }
  if (
    event.name === 'verify' &&
    event.refs.some((ref) => /^(jsonwebtoken|jwt)\.verify$/.test(ref)) &&
    values[1] &&
    (constantOf(values[1])?.value === null ||
      constantOf(values[1])?.value === '' ||
      constantOf(values[1])?.value === false)
  ) {
    reportCall(machine, id, event, 'Without a key the signature is not checked.');
  }
}

export const unverifiedToken: Rule = {
  id: 'unverified-token',
  title: 'Token whose signature is not checked',
  cwe: [347, 345, 327],
  owasp: 'A02:2021 Cryptographic Failures',
  severity: 'high',
  confidence: 'high',
  explanation:
    'A token is worth what its signature is worth. Name the algorithms that are accepted, never "none", and give the key.',
  wrong:
    "const jwt = require('jsonwebtoken');\nexports.user = (token, key) => jwt.verify(token, key, { algorithms: ['HS256', 'none'] });\n",
  right:
    "const jwt = require('jsonwebtoken');\nexports.user = (token, key) => jwt.verify(token, key, { algorithms: ['HS256'] });\n",
  observer: { call: token },
};

const secretSide =
  /\b(passw(or)?d|passwd|pwd|secret|api ?key|api ?token|auth ?token|token|signature|hash|hmac|digest|csrf)$/;

function comparison(node: ts.Expression, _value: Value, frame: Frame, machine: Machine): void {
  if (!ts.isBinaryExpression(node)) return;
  const operator = node.operatorToken.kind;
  const equality = operator === ts.SyntaxKind.EqualsEqualsToken || operator === ts.SyntaxKind.EqualsEqualsEqualsToken;
  if (!equality) return;
  const sides = [node.left, node.right];
  if (sides.some((side) => isPlain(side) || /confirm|repeat|again|verif|retype/i.test(side.getText()))) return;
  // Two values of one request say nothing about a secret.
  if (sides.every((side) => ts.isPropertyAccessExpression(side) && /^req(uest)?\./.test(side.getText()))) return;
  const named = sides.find((side) => secretSide.test(words(lastNameOf(side))));
  if (!named || !/passw|pwd|secret|api|auth|hash|hmac|digest|signature|csrf|token/i.test(lastNameOf(named))) return;
  if (!ts.isIdentifier(named) && !ts.isPropertyAccessExpression(named)) return;
  machine.report('timing-unsafe-comparison', node, frame.unit, {
    fixes: constantTime(node, frame.unit),
  });
}

/** `undefined`, `null`, numbers are no secrets, and text that stands in the source is none any more. */
function isPlain(side: ts.Expression): boolean {
  if (ts.isStringLiteralLike(side)) return true;
  if (ts.isIdentifier(side)) return side.text === 'undefined';
  return (
    ts.isNumericLiteral(side) ||
    ts.isTypeOfExpression(side) ||
    ts.isPrefixUnaryExpression(side) ||
    side.kind === ts.SyntaxKind.NullKeyword ||
    side.kind === ts.SyntaxKind.TrueKeyword ||
    side.kind === ts.SyntaxKind.FalseKeyword ||
    (ts.isPropertyAccessExpression(side) && /^(length|type|kind|[A-Z_]+)$/.test(side.name.text))
  );
}

export const timingUnsafeComparison: Rule = {
  id: 'timing-unsafe-comparison',
  title: 'Secret compared in a way that takes longer the more of it is right',
  cwe: [208, 385],
  owasp: 'A02:2021 Cryptographic Failures',
  severity: 'low',
  confidence: 'low',
  explanation:
    'Equality stops at the first difference, so the time of the answer tells how much of a guess was right. ' +
    'crypto.timingSafeEqual takes the same time always.',
  wrong: `exports.check = (request, expectedSignature) => {
  const signature = request.signature;
  return signature === expectedSignature;
};
`,
  right: `const { timingSafeEqual } = require('node:crypto');
exports.check = (request, expectedSignature) => {
  const signature = request.signature;
  return timingSafeEqual(Buffer.from(signature), Buffer.from(expectedSignature));
};
`,
  observer: { expression: comparison },
};
