import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanDisk } from './scanDisk.ts';

const routes = `const git = require('./git');
require('express')().get('/log', (req, res) => res.json(git.log(req.query.from)));
`;
const git = "const { exec } = require('child_process');\nexports.log = (from) => exec('git log ' + from);\n";
const alone = 'const options = { rejectUnauthorized: false };\n';

describe('the scan cache', () => {
  let folder = '';
  const put = (name: string, text: string) => writeFileSync(join(folder, 'app', name), text);
  const scan = (cached = true) => {
    const { findings, files, lines } = scanDisk([join(folder, 'app')], cached ? { cache: join(folder, 'cache') } : {});
    return { findings, files, lines };
  };
  const kept = () => {
    const [name] = readdirSync(join(folder, 'cache'));
    return JSON.parse(readFileSync(join(folder, 'cache', name!), 'utf8')) as { groups: Record<string, unknown> };
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'apex-cache-'));
    mkdirSync(join(folder, 'app'));
    put('routes.js', routes);
    put('git.js', git);
    put('alone.js', alone);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('gives what a scan without it gives, from the second time without analysis', () => {
    const fresh = scan(false);
    assert.equal(fresh.findings.length, 2);
    assert.deepEqual(scan(), fresh);
    // What is kept is what is given: a mark in the file comes back.
    const [name] = readdirSync(join(folder, 'cache'));
    const path = join(folder, 'cache', name!);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('Untrusted text', 'UNTRUSTED TEXT'));
    assert.match(JSON.stringify(scan().findings), /UNTRUSTED TEXT/);
  });

  it('analyses anew what an edit reaches through imports, and drops what is no longer used', () => {
    scan();
    const before = Object.keys(kept().groups);
    put('routes.js', routes.replace('req.query.from', "'HEAD'"));
    assert.deepEqual(scan(), scan(false));
    const after = Object.keys(kept().groups);
    assert.equal(before.length, 2);
    assert.equal(after.length, 2);
    assert.equal(after.filter((key) => before.includes(key)).length, 1);
  });

  it('sees a new file that an import names', () => {
    rmSync(join(folder, 'app', 'git.js'));
    assert.equal(scan().findings.length, 1);
    put('git.js', git);
    assert.deepEqual(scan(), scan(false));
  });

  it('takes a damaged cache for an empty one', () => {
    const fresh = scan();
    const [name] = readdirSync(join(folder, 'cache'));
    writeFileSync(join(folder, 'cache', name!), '{');
    assert.deepEqual(scan(), fresh);
  });
});
