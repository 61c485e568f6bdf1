import type { Rule } from './rule.ts';

export const commandInjection: Rule = {
  id: 'command-injection',
  title: 'Untrusted text in a shell command',
  cwe: [78, 77, 88],
  owasp: 'A03:2021 Injection',
  severity: 'critical',
  confidence: 'high',
  kind: 'command',
  sources: ['request', 'message', 'response', 'parameter'],
  explanation:
    'exec, execSync and spawn with a shell hand one line of text to the shell. Characters such as ; | $ and backquotes in ' +
    'untrusted parts start commands of their own. execFile and spawn without a shell pass arguments as they are.',
  wrong: `const { exec } = require('node:child_process');
const express = require('express');
const app = express();
app.get('/ping', (req, res) => {
  exec('ping -c 1 ' + req.query.host, (error, output) => res.type('text').json(output));
});
`,
  right: `const { execFile } = require('node:child_process');
const express = require('express');
const app = express();
app.get('/ping', (req, res) => {
  execFile('ping', ['-c', '1', '--', String(req.query.host)], (error, output) => res.json(output));
});
`,
};
