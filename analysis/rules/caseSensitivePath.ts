import type { CallEvent, Machine } from '../flow/machine.ts';
import { isCallOf, reportCall } from './misuse.ts';
import type { Rule } from './rule.ts';

const id = 'case-sensitive-path';

/** `app.use(/^\/admin/, check)`: routes given as text are matched in any case, so that `/ADMIN` goes past the check. */
function call(event: CallEvent, machine: Machine): void {
  if (!isCallOf(event, 'express().use') || event.arguments.length < 2) return;
  const pattern = event.arguments[0]?.pattern;
  const letters = pattern?.source.replace(/\\[a-z]/gi, '').replace(/\[[^\]]*\]/g, '');
  if (!pattern || pattern.flags.includes('i') || !letters || !/[a-z]/i.test(letters)) return;
  reportCall(
    machine,
    id,
    event,
    'The pattern tells capital letters from small ones, paths of routes do not: add the flag `i`.',
  );
}

export const caseSensitivePath: Rule = {
  id,
  title: 'Check that another spelling of the path goes past',
  cwe: [178],
  owasp: 'A01:2021 Broken Access Control',
  severity: 'medium',
  confidence: 'medium',
  explanation:
    'Express matches paths in any case: `/ADMIN/users` reaches the route `/admin/users`. A check that stands in front of it ' +
    'with a pattern of small letters is not asked then.',
  wrong: `const app = require('express')();
app.use(/^\\/admin\\/.*/, (req, res, next) => (req.user ? next() : res.sendStatus(403)));
`,
  right: `const app = require('express')();
app.use(/^\\/admin\\/.*/i, (req, res, next) => (req.user ? next() : res.sendStatus(403)));
`,
  observer: { call },
};
