import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bin = join(import.meta.dirname, '../../bin/apex');

describe('apex scan', () => {
  let folder = '';
  const scan = (...args: string[]) =>
    spawnSync(process.execPath, [bin, 'scan', ...args], {
      encoding: 'utf8',
      cwd: folder,
      env: { ...process.env, XDG_CACHE_HOME: join(folder, '.cache'), LOCALAPPDATA: join(folder, '.cache') },
    });
  const put = (name: string, text: string | Buffer) => writeFileSync(join(folder, name), text);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'apex-scan-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('exits 0 and says so when nothing is found', () => {
    put('a.js', 'export const one = 1;\n');
    const { status, stdout } = scan();
    assert.equal(status, 0);
    assert.match(stdout, /No findings in 1 file, 2 lines; security score 100 of 100\./);
  });

  it('exits 1 with findings, and 0 when they are below --fail-on', () => {
    put('a.js', 'const a = { rejectUnauthorized: false };\n');
    assert.equal(scan().status, 1);
    assert.equal(scan('--fail-on', 'critical').status, 0);
  });

  it('holds to the policy of the folder, or to one that is named', () => {
    put('a.js', 'const a = { rejectUnauthorized: false };\neval(name);\n');
    put('apex.policy.json', JSON.stringify({ version: 1, analysis: { failOn: 'critical' } }));
    assert.equal(scan().status, 0);
    const strict = { version: 1, analysis: { forbiddenApis: { eval: 'no code from text' } } };
    put('strict.json', JSON.stringify(strict));
    const { status, stdout } = scan('--policy', 'strict.json');
    assert.equal(status, 1);
    assert.match(stdout, /policy forbids `eval`: no code from text\./);
    put('apex.policy.json', '{');
    assert.equal(scan().status, 2);
  });

  it('gives JSON with paths relative to the folder', () => {
    put('a.js', 'const a = { rejectUnauthorized: false };\n');
    const report = JSON.parse(scan('--json').stdout);
    assert.equal(report.findings[0].path, 'a.js');
    assert.equal(report.findings[0].rule, 'disabled-tls-checks');
    assert.deepEqual(report.findings[0].fixes, ['Check certificates']);
  });

  it('writes SARIF to a file', () => {
    put('a.js', 'const a = { rejectUnauthorized: false };\n');
    const { status, stdout } = scan('--format', 'sarif', '--output', 'out.sarif');
    assert.deepEqual([status, stdout], [1, '']);
    assert.equal(JSON.parse(readFileSync(join(folder, 'out.sarif'), 'utf8')).runs[0].results.length, 1);
  });

  it('takes exported functions of a library as open to anyone', () => {
    put('index.js', "const { exec } = require('child_process');\nexports.tag = (name) => exec('git tag ' + name);\n");
    assert.equal(scan().status, 0);
    assert.equal(scan('--library').status, 1);
    put('package.json', '{ "name": "tagger", "version": "1.0.0", "main": "index.js" }');
    assert.equal(scan().status, 1);
    assert.equal(scan('--no-library').status, 0);
  });

  it('shows only what a baseline does not have', () => {
    put('a.js', 'const a = { rejectUnauthorized: false };\n');
    scan('--format', 'sarif', '--output', 'base.sarif');
    assert.equal(scan('--baseline', 'base.sarif').status, 0);
    put('b.js', 'const b = { rejectUnauthorized: false };\n');
    const report = JSON.parse(scan('--json', '--baseline', 'base.sarif').stdout);
    assert.deepEqual(
      report.findings.map((finding: { path: string }) => finding.path),
      ['b.js'],
    );
  });

  it('shows only what changed since a revision', () => {
    const git = (...args: string[]) =>
      spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { cwd: folder });
    put('a.js', 'const a = { rejectUnauthorized: false };\n');
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'first');
    assert.equal(scan('--diff', 'HEAD').status, 0);
    put('a.js', 'const a = { rejectUnauthorized: false };\nconst b = { rejectUnauthorized: false };\n');
    put('c.js', 'const c = { rejectUnauthorized: false };\n');
    const report = JSON.parse(scan('--json', '--diff', 'HEAD').stdout);
    const places = report.findings.map(
      (finding: { path: string; start: { line: number } }) => `${finding.path}:${finding.start.line}`,
    );
    assert.deepEqual(places, ['a.js:1', 'c.js:0']);
  });

  it('skips what is not source and says why', () => {
    put('binary.js', Buffer.from([0, 1, 2, 3]));
    put('broken.js', 'function ( { ) => const eval(');
    const { status, stdout } = scan();
    assert.equal(status, 0);
    assert.match(stdout, /skipped binary\.js: not text/);
  });

  it('says what is wrong with its arguments, exit code 2', () => {
    for (const [args, message] of [
      [['nowhere'], /There is nothing at .*nowhere/],
      [['--format', 'xml'], /--format does not know "xml"/],
      [['--fail-on', 'dire'], /--fail-on does not know "dire"/],
      [['--output', 'no/such/folder/x'], /cannot be written/],
      [['--baseline', 'none.sarif'], /The baseline none.sarif cannot be used/],
      [['--diff', 'HEAD'], /git cannot compare with HEAD/],
    ] as const) {
      const { status, stderr } = scan(...args);
      assert.equal(status, 2);
      assert.match(stderr, message);
    }
  });
});
