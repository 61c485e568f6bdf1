import type { CallEvent, Machine } from '../flow/machine.ts';
import { unwrap } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';
import { mark } from '../values/taint.ts';
import type { Rule } from './rule.ts';

const id = 'dynamic-call';

/** `table[name]()`, at once or through a variable, where others choose the name. */
function call(event: CallEvent, machine: Machine): void {
  if (!ts.isCallExpression(event.node)) return;
  const callee = unwrap(event.node.expression);
  if (!ts.isElementAccessExpression(callee) && !ts.isIdentifier(callee)) return;
  for (const taint of event.callee.taints) {
    if (!(taint.marks & mark.dynamicRead) || taint.origin.kind !== 'source') continue;
    const sink = { rule: id, kind: 'key' as const, unit: event.frame.unit, node: event.node };
    machine.deliver({ ...sink, name: 'the choice of the function that is called' }, taint);
  }
}

export const dynamicCall: Rule = {
  id,
  title: 'Untrusted name decides which function is called',
  cwe: [754, 470, 749],
  owasp: 'A03:2021 Injection',
  severity: 'medium',
  confidence: 'high',
  sources: ['request', 'message', 'browser'],
  explanation:
    'A name such as `toString` or `__defineGetter__` is found on every object, and one that is not there ends the program ' +
    'with an error. Look the name up in a Map, or test it with Object.hasOwn first.',
  wrong: `const actions = { play: (song) => song, stop: () => 'silence' };
require('express')().post('/:action', (req, res) => {
  res.json({ now: actions[req.params.action](1) });
});
`,
  right: `const actions = new Map([['play', (song) => song], ['stop', () => 'silence']]);
require('express')().post('/:action', (req, res) => {
  const action = actions.get(req.params.action);
  if (!action) return res.sendStatus(404);
  res.json({ now: action(1) });
});
`,
  observer: { call },
};
