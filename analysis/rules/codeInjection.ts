import type { Rule } from './rule.ts';

export const codeInjection: Rule = {
  id: 'code-injection',
  title: 'Untrusted text runs as code',
  cwe: [94, 95],
  owasp: 'A03:2021 Injection',
  severity: 'critical',
  confidence: 'high',
  kind: 'code',
  sources: ['request', 'message', 'browser', 'response', 'parameter'],
  explanation:
    'eval, Function, the vm module and timers given text run whatever the text says, with all the rights of the program. ' +
    'Text that comes from outside must be parsed as data (JSON.parse, a table of allowed operations), never run.',
  wrong: `const express = require('express');
const app = express();
app.get('/sum', (req, res) => {
  res.json({ result: eval(req.query.formula) });
});
`,
  right: `const express = require('express');
const app = express();
app.get('/sum', (req, res) => {
  const numbers = JSON.parse(req.query.numbers).map(Number);
  res.json({ result: numbers.reduce((sum, number) => sum + number, 0) });
});
`,
};
