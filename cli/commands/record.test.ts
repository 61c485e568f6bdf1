import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = `const fs = require('node:fs');
console.log(Date.now(), Math.random(), fs.readFileSync(__filename).length);
setTimeout(() => { console.error('late'); process.exitCode = 3; }, 2);`;

describe('apex record and apex replay', () => {
  const folder = mkdtempSync(join(tmpdir(), 'apex-record-test-'));
  const script = join(folder, 'program.cjs');
  const recording = join(folder, 'recording');
  const log = join(recording, 'main.log');
  const apexWith = (env: NodeJS.ProcessEnv, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, '../../bin/apex'), ...args],
      { encoding: 'utf8', env: { ...process.env, ...env } },
    );
    return { status, stdout, stderr };
  };
  const apex = (...args: string[]) => apexWith({}, ...args);
  let recorded: { status: number | null; stdout: string; stderr: string };
  let original: Buffer;

  before(() => {
    writeFileSync(script, PROGRAM);
    recorded = apex('record', '--out', recording, '--', script);
    original = readFileSync(log);
  });
  beforeEach(() => writeFileSync(log, original));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps the exit code and the output of the program', () => {
    assert.equal(recorded.status, 3);
    assert.match(recorded.stdout, /^\d{13} 0\.\d+ \d+\n$/);
    assert.equal(recorded.stderr, 'late\n');
  });

  it('keeps it on the shelf without --out, where its name or "last" finds it', () => {
    const shelf = { APEX_RECORDINGS: join(folder, 'shelf') };
    const { status, stdout, stderr } = apexWith(shelf, 'record', script);
    assert.equal(status, 3);
    const name = /^late\napex: recorded as (\d{8}-\d{6}-program)\n/.exec(stderr)?.[1];
    assert.ok(name, stderr);
    for (const named of [name, 'last']) assert.equal(apexWith(shelf, 'replay', named).stdout, stdout);
    assert.match(apexWith(shelf, 'recording', 'show', 'last').stdout, /program\.cjs/);
    assert.equal(apexWith(shelf, 'recording', 'delete', name).status, 0);
    assert.match(apexWith(shelf, 'recording', 'list').stdout, /^No recordings in /);
  });

  it('replays the same output when the program is gone', () => {
    rmSync(script);
    const { status, stdout, stderr } = apex('replay', recording, '--check');
    assert.deepEqual([status, stdout, stderr], [0, recorded.stdout, recorded.stderr]);
  });

  it('records a program under the permission model, which does not see that the recorder may write', () => {
    const restricted = join(folder, 'restricted.cjs');
    const out = join(folder, 'restricted');
    writeFileSync(
      restricted,
      `const { permission, execArgv } = process;
const tried = (work) => { try { return work(); } catch (error) { return [error.code, error.permission]; } };
console.log(execArgv, permission.has('fs.read', __filename), permission.has('fs.write'), permission.has('child'));
console.log(tried(() => require('node:fs').writeFileSync(__filename, '')));
console.log(tried(() => require('node:child_process').spawnSync('true')));
console.log(tried(() => new (require('node:worker_threads').Worker)('1', { eval: true })));
console.log(tried(() => require('node:fs').readFileSync(__filename).length > 0), Date.now());`,
    );
    const words = ['--conditions', 'own', '--permission', `--allow-fs-read=${folder}/*`, restricted];
    const plain = spawnSync(process.execPath, words, { encoding: 'utf8' });
    const { status, stdout, stderr } = apex('record', '--node', process.execPath, '--out', out, '--', ...words);
    const masked = (text: string) => text.replace(/\d{13}/, 'TIME').replaceAll(/\(node:\d+\)/g, '(node)');
    assert.deepEqual([status, masked(stdout), masked(stderr)], [0, masked(plain.stdout), masked(plain.stderr)]);
    assert.match(stdout, /ERR_ACCESS_DENIED.*FileSystemWrite.*ChildProcess.*WorkerThreads/s);
    assert.deepEqual(apex('replay', out, '--check'), { status: 0, stdout, stderr });
  });

  it('shows where both sides last agreed when a replay goes another way', () => {
    const refused = join(folder, 'refused.cjs');
    const out = join(folder, 'refused');
    writeFileSync(
      refused,
      "const fs = require('node:fs');\nfunction lookFirst() {\n  fs.existsSync('first');\n}\nlookFirst();\nconst { WASI } = require('node:wasi');\nnew WASI({ version: 'preview1' });\n",
    );
    assert.equal(apex('record', '--out', out, '--', refused).status, 0);
    const { status, stderr } = apex('replay', out, '--check');
    assert.equal(status, 1);
    assert.match(stderr, /replayed: call of wasi\.WASI, which is not recorded/);
    assert.match(stderr, /both agreed up to the call of [\w.]+, made here:\n {4}at /);
    assert.match(stderr, /at .*refused\.cjs/);
  });

  it('verifies, shows and lists', () => {
    assert.equal(apex('recording', 'verify', recording).stdout, `${recording} is whole.\n`);
    assert.equal(JSON.parse(apex('recording', 'show', recording, '--json').stdout).metadata.ended.code, 3);
    assert.match(apex('recording', 'list', folder).stdout, /recording .*program\.cjs/);
  });

  it('says where a cut recording ends', () => {
    truncateSync(log, original.length >> 1);
    const { status, stderr } = apex('replay', recording, '--check');
    assert.equal(status, 1);
    assert.match(stderr, /ends before the program did|damaged/);
    assert.equal(apex('recording', 'verify', recording).status, 1);
  });

  it('finds a changed byte', () => {
    const changed = Buffer.from(original);
    changed[original.length >> 1]! ^= 1;
    writeFileSync(log, changed);
    const { status, stderr } = apex('replay', recording, '--check');
    assert.equal(status, 1);
    assert.match(stderr, /^apex: .* (damaged|ends before)/);
  });

  it('refuses what is no log, no recording, and one of a newer Apex', () => {
    writeFileSync(log, 'something else');
    assert.equal(apex('replay', recording).status, 2);
    assert.match(apex('replay', folder).stderr, /is not a recording/);
    assert.match(apex('replay', `${folder}/none`).stderr, /There is no recording/);
    const metadata = join(recording, 'recording.json');
    const text = readFileSync(metadata, 'utf8');
    writeFileSync(metadata, text.replace('"format": 1', '"format": 99'));
    assert.match(apex('replay', recording).stderr, /newer Apex/);
    writeFileSync(metadata, text);
  });

  it('leaves the processes of the program out where that is asked for', () => {
    const parent = join(folder, 'parent.cjs');
    const child = `require('node:child_process').execFileSync(process.execPath, ['-p', '[process.pid, process.execArgv.length]'])`;
    writeFileSync(parent, `console.log(String(${child}), process.execArgv.length);`);
    const alone = join(folder, 'alone');
    const run = apex('record', '--processes', 'main', '--out', alone, '--', parent);
    assert.match(run.stdout, /^\[ \d+, 2 \]\n 0\n$/);
    assert.deepEqual(
      JSON.parse(apex('recording', 'show', alone, '--json').stdout).logs.map(({ name }: { name: string }) => name),
      ['main'],
    );
    assert.equal(apex('replay', alone, '--check').stdout, run.stdout);
    assert.equal(apex('record', '--processes', 'some', '--out', alone, '--', parent).status, 2);
  });

  it('says what is missing on the command line', () => {
    assert.equal(apex('record', '--out', recording).status, 2);
    assert.equal(apex('record', '--out', folder, '--', script).status, 2);
  });
});
