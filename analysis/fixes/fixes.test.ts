import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { allRules } from '../rules/all.ts';
import { analyzeText } from '../workspace/engine.ts';

const path = '/shop/server.js';

/** The text after the first fix of a rule's first finding, or undefined when it offers none. */
function repaired(text: string, rule: string): string | undefined {
  const finding = analyzeText(path, text).find((each) => each.rule === rule);
  assert.ok(finding, `nothing found by ${rule}`);
  const edits = finding.fixes[0]?.edits;
  if (!edits) return undefined;
  // Edits speak of the text before: the last goes first; of two at one place the one named first comes first.
  return edits
    .map((edit, index) => ({ ...edit, index }))
    .sort((left, right) => right.from - left.from || right.index - left.index)
    .reduce((result, { from, to, text: next }) => result.slice(0, from) + next + result.slice(to), text);
}

function handler(requires: string, body: string): string {
  return `${requires}\nrequire('express')().get('/', (req, res) => {\n  ${body}\n});\n`;
}

/** Applies the fix, checks that the rule is silent then, and gives the handler's lines. */
function fixed(rule: string, requires: string, body: string): string {
  const after = repaired(handler(requires, body), rule);
  assert.ok(after, 'no fix');
  const left = analyzeText(path, after).filter((finding) => finding.rule === rule);
  assert.deepEqual(
    left.map((finding) => finding.message),
    [],
  );
  return after;
}

const pg = "const { Pool } = require('pg');\nconst db = new Pool();";
const mysql = "const db = require('mysql2').createConnection({});";
const sqlite = "const sqlite3 = require('sqlite3');\nconst db = new sqlite3.Database('shop.db');";

describe('repairs', () => {
  it('hand values of a statement over as parameters', () => {
    const sql = (requires: string, body: string) => fixed('sql-injection', requires, body);
    assert.match(
      sql(pg, 'db.query("SELECT * FROM u WHERE name = \'" + req.query.name + "\' AND age > " + req.query.age);'),
      /db\.query\('SELECT \* FROM u WHERE name = \$1 AND age > \$2', \[req\.query\.name, req\.query\.age\]\);/,
    );
    assert.match(
      sql(
        mysql,
        // biome-ignore lint/suspicious/noTemplateCurlyInString: source of the program under test
        "db.query(`SELECT * FROM u WHERE name LIKE '%${req.query.name}%' LIMIT 5`, (e, rows) => res.json(rows));",
      ),
      /db\.query\('SELECT \* FROM u WHERE name LIKE \? LIMIT 5', \[`%\$\{req\.query\.name\}%`\], \(e, rows\)/,
    );
    assert.match(
      sql(sqlite, "db.all('SELECT * FROM u WHERE id = ' + req.query.id, (e, rows) => res.json(rows));"),
      /db\.all\('SELECT \* FROM u WHERE id = \?', \[req\.query\.id\], \(e, rows\)/,
    );
    const prepared = "const Database = require('better-sqlite3');\nconst db = new Database('shop.db');";
    assert.match(
      sql(prepared, "res.json(db.prepare('SELECT * FROM u WHERE id = ' + req.query.id + ' LIMIT 1').get());"),
      /db\.prepare\('SELECT \* FROM u WHERE id = \? LIMIT 1'\)\.get\(req\.query\.id\)/,
    );
    const sequelize = "const { Sequelize } = require('sequelize');\nconst db = new Sequelize('shop');";
    assert.match(
      sql(sequelize, "db.query('SELECT * FROM u WHERE id = ' + req.query.id, { type: 'SELECT' });"),
      /db\.query\('SELECT \* FROM u WHERE id = \?', \{ replacements: \[req\.query\.id\], type: 'SELECT' \}\);/,
    );
    const mssql = "const sql = require('mssql');";
    assert.match(
      sql(mssql, 'new sql.Request().query("SELECT * FROM u WHERE name = \'" + req.query.name + "\'");'),
      /new sql\.Request\(\)\.input\('p1', req\.query\.name\)\.query\('SELECT \* FROM u WHERE name = @p1'\);/,
    );
  });

  it('give a real database the statement and the value apart', () => {
    const requires = "const { DatabaseSync } = require('node:sqlite');\nconst db = new DatabaseSync(':memory:');";
    const rows = (code: string, name: string): unknown[] => {
      const db = new DatabaseSync(':memory:');
      db.exec("CREATE TABLE u (name TEXT); INSERT INTO u VALUES ('ann'), ('bob')");
      const body = /res\.json\((.*)\);/.exec(code)![1]!;
      return new Function('db', 'req', `return ${body};`)(db, { query: { name } }) as unknown[];
    };
    const before = handler(
      requires,
      'res.json(db.prepare("SELECT * FROM u WHERE name = \'" + req.query.name + "\'").all());',
    );
    const after = repaired(before, 'sql-injection')!;
    const attack = "x' OR '1' = '1";
    assert.equal(rows(before, attack).length, 2);
    assert.equal(rows(after, attack).length, 0);
    assert.deepEqual({ ...(rows(after, 'ann')[0] as object) }, { name: 'ann' });
  });

  it('leave alone names, lists of values that are there, and drivers they do not know', () => {
    const none = (requires: string, body: string) =>
      assert.equal(repaired(handler(requires, body), 'sql-injection'), undefined);
    none(pg, "db.query('SELECT * FROM ' + req.query.table);");
    none(pg, "db.query('SELECT * FROM u ORDER BY ' + req.query.column);");
    none(pg, "db.query('SELECT * FROM u WHERE a = $1 AND b = ' + req.query.b, [1]);");
    none("const db = require('mssql').connect();", "db.query('SELECT * FROM u WHERE id = ' + req.query.id);");
  });

  it('start programs without a shell', () => {
    const run = (requires: string, body: string) => fixed('command-injection', requires, body);
    const after = run(
      "const { exec } = require('child_process');",
      "exec('git log --author=\"' + req.query.who + '\" -n 5');",
    );
    assert.match(after, /const \{ exec, execFile \} = require/);
    assert.match(after, /execFile\('git', \['log', `--author=\$\{req\.query\.who\}`, '-n', '5'\]\);/);
    assert.match(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: source of the program under test
      run("const cp = require('child_process');", 'res.send(cp.execSync(`ping -c 1 ${req.query.host}`));'),
      /cp\.execFileSync\('ping', \['-c', '1', String\(req\.query\.host\)\]\)/,
    );
  });

  it('keep the shell where the command needs it', () => {
    const requires = "const { exec } = require('child_process');";
    for (const command of ["'cat ' + req.query.a + ' | wc'", "'A=1 run ' + req.query.a", "req.query.a + ' -v'"]) {
      assert.equal(repaired(handler(requires, `exec(${command});`), 'command-injection'), undefined);
    }
  });

  it('refuse paths that lead out of a folder', () => {
    const read = (requires: string, body: string) => fixed('path-traversal', requires, body);
    const fs = "'use strict';\nconst fs = require('fs');";
    const after = read(fs, "fs.readFile('/srv/reports/' + req.query.name, (error, text) => res.json(text));");
    assert.match(after, /^'use strict';\nconst path = require\('node:path'\);\nconst fs/);
    assert.match(
      after,
      /const folder = path\.resolve\('\/srv\/reports'\);\n {2}const file = path\.resolve\(folder, `\$\{req/,
    );
    const joined = read(
      `${fs}\nconst path = require('path');`,
      "res.json(fs.readFileSync(path.join(__dirname, 'data', req.query.name)));",
    );
    assert.match(joined, /path\.resolve\(folder, String\('data'\), String\(req\.query\.name\)\)/);
  });

  it('compare secrets in constant time, with what that needs', () => {
    const rule = 'timing-unsafe-comparison';
    const text = 'export const check = (request, expectedSignature) => request.signature === expectedSignature;\n';
    const after = repaired(text, rule)!;
    assert.match(after, /^import \* as crypto from 'node:crypto';\n/);
    assert.deepEqual(analyzeText(path, after), []);
    const run = new Function('crypto', `return ${after.slice(after.indexOf('(request')).replace(/;\s*$/, '')}`);
    const check = run(process.getBuiltinModule('crypto')) as (request: object, expected: string) => boolean;
    assert.deepEqual(
      [check({ signature: 'abc' }, 'abc'), check({ signature: 'ab' }, 'abc'), check({}, 'abc')],
      [true, false, false],
    );
  });

  for (const rule of allRules) {
    const found = analyzeText(`${path}${rule.language ?? ''}`, rule.wrong).filter(({ fixes }) => fixes.length > 0);
    if (found.length === 0) continue;
    it(`of ${rule.id} silence it on its own example`, () => {
      const after = repaired(rule.wrong, rule.id)!;
      const left = analyzeText(path, after).filter((finding) => finding.rule === rule.id);
      assert.deepEqual(
        left.map((finding) => finding.message),
        [],
      );
    });
  }
});
