import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { groupSpecSchema, type PermissionAnswer } from '../../protocol/sandbox.ts';
import { Supervisor } from './supervisor.ts';

describe('the life of sandboxes', function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), 'apex-life-'));
  const auditLog = process.env.APEX_AUDIT_LOG;
  let supervisor: Supervisor;
  let asked: number;
  let answer: PermissionAnswer;

  beforeEach(() => {
    process.env.APEX_AUDIT_LOG = join(folder, 'audit');
    asked = 0;
    supervisor = new Supervisor({
      output: () => {},
      changed: () => {},
      stateChanged: () => {},
      ended: () => {},
      ask: async () => {
        asked++;
        return answer;
      },
    });
  });
  afterEach(() => {
    supervisor.close();
    if (auditLog === undefined) delete process.env.APEX_AUDIT_LOG;
    else process.env.APEX_AUDIT_LOG = auditLog;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const program = (name: string, source: string) => {
    writeFileSync(join(folder, name), source);
    return join(folder, name);
  };
  const until = async (done: () => boolean) => {
    while (!done()) await sleep(5);
  };

  it('moves a sandbox between modes with its state, and says when it may not', async () => {
    const file = program(
      'moves.js',
      `import { state } from 'apex'; globalThis.s = state('s', { n: 1 }); globalThis.kind = typeof WebAssembly;`,
    );
    const sandbox = await supervisor.start({ file, mode: 'development', keep: true });
    await sandbox.ran;
    const { id } = sandbox.plan;
    await sandbox.evaluate('s.n = 5');
    await supervisor.move(id, 'isolation', false);
    await until(() => sandbox.info.status === 'idle');
    assert.deepEqual([sandbox.info.mode, sandbox.info.limits.memoryMb], ['isolation', 64]);
    assert.deepEqual(await sandbox.evaluateJson('[s.n, kind]'), [5, 'undefined']);
    await assert.rejects(supervisor.move(id, 'development', false), { code: 'move-refused' });
    await assert.rejects(supervisor.move(id, 'isolation', true), { code: 'move-refused' });
    await supervisor.move(id, 'development', true);
    await until(() => sandbox.info.status === 'idle');
    assert.deepEqual(await sandbox.evaluateJson('[s.n, kind]'), [5, 'object']);
    sandbox.stop();
    await assert.rejects(supervisor.move(id, 'hybrid', true), { code: 'move-refused' });
  });

  it('takes no more sandboxes than its limits, and says so', async () => {
    const file = program('idle.js', '');
    supervisor.admission.set({ sandboxes: 2 });
    const first = await supervisor.start({ file, mode: 'development', keep: true });
    await supervisor.start({ file, mode: 'development', keep: true });
    await assert.rejects(supervisor.start({ file, mode: 'development' }), {
      code: 'host-full',
      message: 'This host holds 2 sandboxes and takes no more than 2.',
    });
    first.stop();
    await supervisor.start({ file, mode: 'development' });
  });

  it('starts a real child of a group again', async () => {
    const file = program('crashes.js', `setTimeout(() => { throw new Error('boom'); }, 20);`);
    const stays = program('stays.js', `setInterval(() => {}, 1000);`);
    const children = [
      { name: 'stays', file: stays },
      { name: 'crashes', file },
    ];
    await supervisor.groups.start(groupSpecSchema.parse({ name: 'two', maxRestarts: 2, children }));
    await until(() => supervisor.groups.list()[0]?.status === 'failed');
    assert.deepEqual(
      supervisor.groups.list()[0]?.children.map(({ starts }) => starts),
      [1, 3],
    );
    assert.ok(supervisor.list().every(({ status }) => status === 'ended'));
  });

  it('lets a permission expire and takes one back', async () => {
    const file = program(
      'asks.js',
      `import { readFile } from 'node:fs/promises';
       globalThis.ask = () => readFile('idle.js', 'utf8').then(() => 'read', (error) => error.code);`,
    );
    const { gate } = supervisor;
    const sandbox = await supervisor.start({ file, mode: 'hybrid', keep: true });
    await sandbox.ran;
    answer = 'quarter-hour';
    assert.equal(await sandbox.evaluateJson('ask()'), 'read');
    const [permission] = gate.permissions();
    assert.ok(permission!.until! > Date.now() + 14 * 60_000);
    answer = 'not-now';
    assert.equal(await sandbox.evaluateJson('ask()'), 'read');
    assert.equal(asked, 1);
    const { label, operation, resource } = permission!;
    assert.equal(gate.revoke(label, operation, resource), true);
    assert.equal(await sandbox.evaluateJson('ask()'), 'EACCES');
    gate.grant(label, operation, resource, true, 30);
    await until(() => gate.permissions().length === 0);
    assert.equal(await sandbox.evaluateJson('ask()'), 'EACCES');
    assert.equal(asked, 3);
  });
});
