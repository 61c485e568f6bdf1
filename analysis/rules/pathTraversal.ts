import type { Rule } from './rule.ts';

export const pathTraversal: Rule = {
  id: 'path-traversal',
  title: 'Untrusted text in a file path',
  cwe: [22, 23, 73],
  owasp: 'A01:2021 Broken Access Control',
  severity: 'high',
  confidence: 'high',
  kind: 'path',
  sources: ['request', 'message', 'file', 'parameter'],
  explanation:
    'A name from outside that holds ../ or is absolute leads out of the folder it is joined to. Resolve the whole path and ' +
    'check that it still begins with the folder, or take only the base name.',
  wrong: `const fs = require('node:fs');
const path = require('node:path');
const express = require('express');
const app = express();
app.get('/report', (req, res) => {
  fs.createReadStream(path.join('/srv/reports', req.query.name)).pipe(res);
});
`,
  right: `const fs = require('node:fs');
const path = require('node:path');
const express = require('express');
const app = express();
const root = path.resolve('/srv/reports');
app.get('/report', (req, res) => {
  const file = path.resolve(root, String(req.query.name));
  if (!file.startsWith(root + path.sep)) return res.sendStatus(404);
  fs.createReadStream(file).pipe(res);
});
`,
};
