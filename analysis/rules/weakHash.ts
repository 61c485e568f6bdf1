import type { CallEvent, Machine } from '../flow/machine.ts';
import { ts } from '../syntax/typescript.ts';
import { knownText } from '../values/value.ts';
import { replaceNode } from './disabledTls.ts';
import { receivingNames, words } from './names.ts';
import type { Rule } from './rule.ts';

const id = 'weak-hash';
const weak = /^(rsa-)?(md2|md4|md5|sha1?|sha-1|ripemd(160)?)$/i;
const password = /passw|pwd/;
const sensitive = /passw|pwd|secret|token|credential|signature|sign\b|auth|session|hmac/;

function call(event: CallEvent, machine: Machine): void {
  const { refs, name } = event;
  const made =
    refs.some((ref) => /^crypto\.(createHash|createHmac|createSign|createVerify|hash|pbkdf2(Sync)?)$/.test(ref)) ||
    name === 'createHash' ||
    name === 'createHmac';
  const direct = refs.find((ref) =>
    /^(md5|js-md5|blueimp-md5|sha1|js-sha1|crypto-js\/(md5|sha1)|crypto-js\.(MD5|SHA1|HmacMD5|HmacSHA1)|CryptoJS\.(MD5|SHA1))$/.test(
      ref,
    ),
  );
  if (!made && !direct) return;
  const position = name.startsWith('pbkdf2') ? 4 : 0;
  const argument = event.arguments[position];
  const algorithm = direct ? direct.replace(/^.*[./]/, '') : argument && knownText(argument);
  if (!algorithm || (!direct && !weak.test(algorithm))) return;
  const nodes = ts.isTaggedTemplateExpression(event.node) ? [] : (event.node.arguments ?? []);
  const place = nodes[position];
  const protects = isAbout(event.node, sensitive);
  const ofPassword = protects && isAbout(event.node, password);
  machine.report(id, event.node, event.frame.unit, {
    message: ofPassword
      ? `${algorithm} is broken and fast to search: a password wants scrypt, argon2 or bcrypt, with a salt.`
      : protects
        ? `${algorithm} is broken, and here it protects something that must not be guessed or forged.`
        : `${algorithm} is broken: two texts with the same hash can be made. It is only fit where nobody gains from that.`,
    severity: protects ? 'high' : 'low',
    // SHA-256 is as fast to search: it would be no repair for a password.
    fixes:
      !ofPassword && place && !direct && ts.isStringLiteralLike(place)
        ? [replaceNode('Use SHA-256', place, "'sha256'")]
        : [],
  });
}

/** True when a name of what is hashed, or of what the hash becomes, is one of `names`: a password, a token or the like. */
function isAbout(node: ts.Node, names: RegExp): boolean {
  if (receivingNames(node).some((name) => names.test(words(name)))) return true;
  // The chain behind it: createHash('md5').update(password).digest('hex').
  let at: ts.Node = node;
  while (
    at.parent &&
    (ts.isPropertyAccessExpression(at.parent) || (ts.isCallExpression(at.parent) && at.parent.expression === at))
  ) {
    at = at.parent;
    if (ts.isCallExpression(at) && at.arguments.some((argument) => names.test(words(argument.getText().slice(0, 80)))))
      return true;
  }
  return (
    ts.isCallExpression(node) &&
    node.arguments.slice(0, 1).some((argument) => ts.isIdentifier(argument) && names.test(words(argument.text)))
  );
}

export const weakHash: Rule = {
  id,
  title: 'Broken hash function',
  cwe: [328, 327, 916],
  owasp: 'A02:2021 Cryptographic Failures',
  severity: 'high',
  confidence: 'high',
  explanation:
    'MD5 and SHA-1 collide at will and are fast to search. Passwords want a slow function (scrypt, argon2, bcrypt), ' +
    'signatures and identifiers SHA-256.',
  wrong: `const { createHash } = require('node:crypto');
exports.hashPassword = (password) => createHash('md5').update(password).digest('hex');
`,
  right: `const { scryptSync } = require('node:crypto');
exports.hashPassword = (password, salt) => scryptSync(password, salt, 64).toString('hex');
`,
  observer: { call },
};
