import type { AssignEvent, CallEvent, Machine } from '../flow/machine.ts';
import { ts } from '../syntax/typescript.ts';
import { knownText, type Value } from '../values/value.ts';
import type { Rule } from './rule.ts';

const id = 'unchecked-message-origin';
const windows = /^(window|globalThis|top|parent|window\.(top|parent|opener)|\$\(window\))$/;

function call(event: CallEvent, machine: Machine): void {
  const { node, name, arguments: values } = event;
  if (!ts.isCallExpression(node) || !/^(addEventListener|on|bind)$/.test(name)) return;
  const [type, handler] = values;
  if (!type || knownText(type) !== 'message' || !handler) return;
  const callee = node.expression;
  const owner = ts.isPropertyAccessExpression(callee)
    ? callee.expression.getText()
    : name === 'addEventListener'
      ? 'window'
      : '';
  if (windows.test(owner) && trustsAll(handler)) machine.report(id, node, event.frame.unit, {});
}

function assign({ property, target, value, node, frame }: AssignEvent, machine: Machine): void {
  if (property !== 'onmessage' || !ts.isPropertyAccessExpression(target)) return;
  if (windows.test(target.expression.getText()) && trustsAll(value)) machine.report(id, node, frame.unit, {});
}

/** The handler reads the message and never asks from where it came. */
function trustsAll(handler: Value): boolean {
  const bodies = (handler.functions ?? []).map((callable) => (callable as { node?: ts.Node }).node?.getText() ?? '');
  return (
    bodies.length > 0 && bodies.every((body) => /\bdata\b/.test(body) && !/\b(origin|source|isTrusted)\b/.test(body))
  );
}

export const messageOrigin: Rule = {
  id,
  title: 'Message of any page is taken',
  cwe: [346, 940, 345],
  owasp: 'A07:2021 Identification and Authentication Failures',
  severity: 'medium',
  confidence: 'medium',
  explanation:
    'Every page that can open this one, or frame it, can send it messages. Compare `event.origin` with the origins that are ' +
    'expected before the message is read.',
  wrong: `window.addEventListener('message', (event) => {
  document.title = event.data.title;
});
`,
  right: `window.addEventListener('message', (event) => {
  if (event.origin !== 'https://shop.acme.io') return;
  document.title = event.data.title;
});
`,
  observer: { call, assign },
};
