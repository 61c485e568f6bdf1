import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

describe('apex policy and apex audit', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'apex-cli-'));
    writeFileSync(
      join(folder, 'apex.policy.json'),
      JSON.stringify({ version: 1, rules: [{ effect: 'allow', operations: ['fs.read'], resources: ['./*.txt'] }] }),
    );
    writeFileSync(join(folder, 'note.txt'), 'hello');
    writeFileSync(join(folder, 'key.pem'), 'secret');
    writeFileSync(
      join(folder, 'program.ts'),
      `import { readFile } from 'node:fs/promises';
       console.log(await readFile('note.txt', 'utf8'));
       await readFile('key.pem', 'utf8').catch((error) => console.log(error.code));`,
    );
  });
  after(() => rmSync(folder, { recursive: true }));

  const apex = (...args: string[]) =>
    spawnSync(process.execPath, [join(import.meta.dirname, '../bin/apex'), ...args], {
      encoding: 'utf8',
      cwd: folder,
      env: { ...process.env, APEX_AUDIT_LOG: join(folder, 'audit') },
    });

  it('holds a program to its policy, and the log says so', () => {
    const { status, stdout } = apex('run', 'program.ts', '--policy', 'apex.policy.json');
    assert.deepEqual({ status, stdout }, { status: 0, stdout: 'hello\nEACCES\n' });
    const report = JSON.parse(apex('audit', 'report', '--json').stdout);
    assert.deepEqual(report.denied, [{ operation: 'fs.read', resource: '/app/key.pem', count: 1 }]);
    assert.equal(apex('audit', 'verify').status, 0);
  });

  it('finds a changed log', () => {
    const file = join(folder, 'audit/chain-1/audit-000001.jsonl');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"denied"', '"allowed"'));
    const { status, stdout } = apex('audit', 'verify');
    assert.equal(status, 1);
    assert.match(stdout, /^chain-1: CHANGED at audit-000001\.jsonl:\d+: it was changed after it was written/);
    writeFileSync(file, text);
  });

  it('suggests the smallest policy, under which the program then runs', () => {
    const { stdout } = apex('run', 'program.ts', '--audit', '--json');
    const { suggestedPolicy } = JSON.parse(stdout);
    assert.deepEqual(suggestedPolicy.rules, [
      { effect: 'allow', operations: ['fs.read'], resources: ['/app/key.pem', '/app/note.txt'] },
    ]);
    writeFileSync(join(folder, 'suggested.json'), JSON.stringify(suggestedPolicy));
    assert.equal(apex('run', 'program.ts', '--policy', 'suggested.json').stdout, 'hello\n');
  });

  it('explains a decision', () => {
    const allowed = apex('policy', 'explain', 'apex.policy.json', 'fs.read', '/app/note.txt', '--json');
    assert.equal(allowed.status, 0);
    assert.equal(JSON.parse(allowed.stdout).decision.effect, 'allow');
    const denied = apex('policy', 'explain', 'apex.policy.json', 'fs.write', '/app/note.txt');
    assert.equal(denied.status, 1);
    assert.match(denied.stdout, /^deny: no rule speaks of it/);
  });

  const wrong: [string[], RegExp][] = [
    [['policy', 'check', 'gone.json'], /There is no policy/],
    [['policy', 'check', 'program.ts'], /is not JSON/],
    [['policy', 'explain', 'apex.policy.json', 'fs.eat', 'x'], /"fs\.eat" is no operation/],
    [['policy'], /Say "check FILE"/],
    [['audit', 'verify', '--log', 'nowhere'], /There is no audit log/],
    [['run', 'program.ts', '--policy', 'gone.json'], /There is no policy/],
    [['host', 'frobnicate'], /There is no "host frobnicate"/],
  ];
  for (const [args, message] of wrong) {
    it(`exits 2 with advice for apex ${args.join(' ')}`, () => {
      const { status, stderr } = apex(...args);
      assert.equal(status, 2);
      assert.match(stderr, message);
    });
  }
});
