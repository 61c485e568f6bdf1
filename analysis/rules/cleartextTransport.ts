import type { CallEvent, Frame, Machine } from '../flow/machine.ts';
import { ts } from '../syntax/typescript.ts';
import type { Value } from '../values/value.ts';
import type { Rule } from './rule.ts';

const id = 'cleartext-transport';
/** Scripts that fetch programs: what they load runs later, with the rights of whoever installs. */
const installer = /(^|\/)[^/]*(install|download|fetch-|setup|configure|postinstall)[^/]*\.[cm]?[jt]s$|\/install\//i;
const download =
  /\.(zip|tgz|tar|gz|bz2|xz|exe|msi|dmg|jar|bin|deb|rpm|7z|node)\b|\/(dl|downloads?|releases?|dist)[/.-]|^https?:\/\/(dl|downloads?|cdn)[.-]/i;

function expression(node: ts.Expression, value: Value, frame: Frame, machine: Machine): void {
  if (!ts.isStringLiteralLike(node) && !ts.isTemplateExpression(node)) return;
  const insecure = value.taints.some(({ origin }) => origin.kind === 'source' && origin.source === 'cleartext');
  if (!insecure || !startsHere(node)) return;
  const text = value.text ?? '';
  if (
    !download.test(text) &&
    !(installer.test(frame.unit.path) && !/console\.|log\(|Error\(/.test(node.parent.getText().slice(0, 40)))
  )
    return;
  if (/schema|xmlns|license|namespace|doctype/i.test(node.parent.getText().slice(0, 200))) return;
  machine.report(id, node, frame.unit, {
    message:
      'What is loaded from here comes without encryption: anyone on the way can put a program of their own in its place.',
  });
}

function startsHere(node: ts.Expression): boolean {
  const text = ts.isTemplateExpression(node) ? node.head.text : ts.isStringLiteralLike(node) ? node.text : '';
  return /^(http|ftp):\/\//i.test(text);
}

function call(event: CallEvent, machine: Machine): void {
  if (!installer.test(event.frame.unit.path)) return;
  if (event.refs.some((ref) => ref === 'http.get' || ref === 'http.request')) {
    machine.report(id, event.node, event.frame.unit, {
      message: 'An installer loads over plain HTTP what will run later.',
      confidence: 'medium',
    });
  }
}

export const cleartextTransport: Rule = {
  id,
  title: 'Request without encryption',
  cwe: [319, 311, 818, 300, 494],
  owasp: 'A02:2021 Cryptographic Failures',
  severity: 'medium',
  confidence: 'high',
  kind: 'cleartext',
  sources: ['cleartext'],
  explanation:
    'What comes over plain HTTP can be read and exchanged by anyone on the way, programs to be installed too. Use https.',
  wrong: `const http = require('node:http');
http.get('http://files.acme.io/tool.zip', (answer) => answer.resume());
`,
  right: `const https = require('node:https');
https.get('https://files.acme.io/tool.zip', (answer) => answer.resume());
`,
  observer: { expression, call },
};
