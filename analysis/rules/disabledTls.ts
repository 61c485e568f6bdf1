import type { AssignEvent, Machine } from '../flow/machine.ts';
import type { Fix } from '../report/finding.ts';
import { ts } from '../syntax/typescript.ts';
import { constantOf, type HeapObject, isFalse, knownText, type Value } from '../values/value.ts';
import type { Rule } from './rule.ts';

const id = 'disabled-tls-checks';
const switches = new Set(['rejectUnauthorized', 'strictSSL', 'verifySsl', 'verifySSL', 'sslVerify']);
const oldProtocols = /^(SSLv2|SSLv3|SSLv23|TLSv1|TLSv1_1|TLSv1\.1)(_(client|server))?(_method)?$/;

/** The initialiser of a property in an object literal, where the object was written as one. */
export function propertyNode(object: HeapObject, name: string): ts.Expression | undefined {
  if (!object.node || !ts.isObjectLiteralExpression(object.node)) return undefined;
  for (const property of object.node.properties) {
    if (ts.isPropertyAssignment(property) && property.name.getText().replace(/['"]/g, '') === name)
      return property.initializer;
  }
  return undefined;
}

export function replaceNode(title: string, node: ts.Node, text: string): Fix {
  return { title, edits: [{ path: node.getSourceFile().fileName, from: node.getStart(), to: node.getEnd(), text }] };
}

function expression(node: ts.Expression, value: Value, frame: AssignEvent['frame'], machine: Machine): void {
  if (!ts.isObjectLiteralExpression(node) || !value.object) return;
  for (const [name, held] of value.object.properties) {
    const place = propertyNode(value.object, name);
    if (!place) continue;
    if (switches.has(name) && isFalse(held)) {
      machine.report(id, place.parent, frame.unit, {
        message: `\`${name}: false\` accepts any certificate: whoever sits on the network reads and changes the traffic.`,
        fixes: [replaceNode('Check certificates', place, 'true')],
      });
    } else if (/^(secureProtocol|minVersion|maxVersion)$/.test(name) && oldProtocols.test(knownText(held) ?? '')) {
      machine.report(id, place.parent, frame.unit, {
        message: `\`${knownText(held)}\` allows a protocol version that is broken; TLS 1.2 is the least.`,
        fixes: name === 'secureProtocol' ? [] : [replaceNode('Use TLS 1.2', place, "'TLSv1.2'")],
      });
    } else if (name === 'checkServerIdentity' && ignoresIdentity(place)) {
      machine.report(id, place.parent, frame.unit, {
        message: 'This function accepts a certificate made for any host.',
      });
    }
  }
}

function ignoresIdentity(node: ts.Expression): boolean {
  if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node)) return false;
  if (!ts.isBlock(node.body)) return /^(undefined|null|void 0|true)$/.test(node.body.getText());
  return node.body.statements.every(
    (statement) =>
      ts.isReturnStatement(statement) &&
      (!statement.expression || /^(undefined|null|true)$/.test(statement.expression.getText())),
  );
}

function assign(event: AssignEvent, machine: Machine): void {
  const constant = constantOf(event.value)?.value;
  if (event.property === 'NODE_TLS_REJECT_UNAUTHORIZED' && (constant === '0' || constant === 0)) {
    machine.report(id, event.node, event.frame.unit, {
      message: 'NODE_TLS_REJECT_UNAUTHORIZED=0 turns off certificate checks for the whole process.',
    });
  } else if (event.property && switches.has(event.property) && constant === false) {
    machine.report(id, event.node, event.frame.unit, {
      message: `\`${event.property} = false\` accepts any certificate.`,
      fixes: [replaceNode('Check certificates', event.valueNode, 'true')],
    });
  }
}

export const disabledTls: Rule = {
  id,
  title: 'TLS certificates are not checked',
  cwe: [295, 297, 327, 757],
  owasp: 'A02:2021 Cryptographic Failures',
  severity: 'high',
  confidence: 'high',
  explanation:
    'Without the check of the certificate an encrypted connection may end at anyone. For a private authority give its ' +
    'certificate with the option `ca` instead of turning the check off.',
  wrong: `const https = require('node:https');
https.get({ host: 'api.example.com', rejectUnauthorized: false }, (response) => response.resume());
`,
  right: `const https = require('node:https');
const fs = require('node:fs');
https.get({ host: 'api.example.com', ca: fs.readFileSync('authority.pem') }, (response) => response.resume());
`,
  observer: { expression, assign },
};
