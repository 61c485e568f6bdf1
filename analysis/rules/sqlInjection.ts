import type { Rule } from './rule.ts';

export const sqlInjection: Rule = {
  id: 'sql-injection',
  title: 'Untrusted text in an SQL statement',
  cwe: [89],
  owasp: 'A03:2021 Injection',
  severity: 'critical',
  confidence: 'high',
  kind: 'sql',
  sources: ['request', 'message', 'parameter'],
  explanation:
    'Text joined into a statement can end the literal it stands in and add SQL of its own. Give values as parameters: the ' +
    'driver sends them apart from the statement.',
  wrong: `const { Pool } = require('pg');
const express = require('express');
const app = express();
const pool = new Pool();
app.get('/user', async (req, res) => {
  const { rows } = await pool.query("SELECT * FROM users WHERE name = '" + req.query.name + "'");
  res.json(rows);
});
`,
  right: `const { Pool } = require('pg');
const express = require('express');
const app = express();
const pool = new Pool();
app.get('/user', async (req, res) => {
  const { rows } = await pool.query('SELECT * FROM users WHERE name = $1', [req.query.name]);
  res.json(rows);
});
`,
};
