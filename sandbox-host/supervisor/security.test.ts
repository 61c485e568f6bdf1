import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Alert } from '../../protocol/sandboxSecurity.ts';
import { Supervisor } from './supervisor.ts';

describe('what sandboxes do is watched', function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), 'apex-security-'));
  const auditLog = process.env.APEX_AUDIT_LOG;
  let supervisor: Supervisor;
  let alerts: Alert[];

  beforeEach(() => {
    process.env.APEX_AUDIT_LOG = join(folder, 'audit');
    alerts = [];
    supervisor = new Supervisor({
      output: () => {},
      changed: () => {},
      stateChanged: () => {},
      ended: () => {},
      alert: (alert) => alerts.push(alert),
    });
  });
  afterEach(() => {
    supervisor.close();
    if (auditLog === undefined) delete process.env.APEX_AUDIT_LOG;
    else process.env.APEX_AUDIT_LOG = auditLog;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const start = async (source: string, response: string, ran = true) => {
    const anomalies = [
      { name: 'reads', operations: ['kv.read'], measure: 'resources', over: 3, withinMs: 60_000, response },
    ];
    const policy = join(folder, `${response}.json`);
    writeFileSync(
      policy,
      JSON.stringify({ version: 1, anomalies, rules: [{ effect: 'allow', operations: ['kv.*'] }] }),
    );
    writeFileSync(join(folder, 'program.js'), source);
    const params = { file: join(folder, 'program.js'), policy, mode: 'hybrid' as const, keep: true };
    const sandbox = await supervisor.start(params);
    if (ran) await sandbox.ran;
    return sandbox;
  };
  const until = async (done: () => boolean) => {
    while (!done()) await sleep(5);
  };
  const scan = `import { store } from 'apex'; globalThis.scan = async () => { for (let n = 0; n < 6; n++) await store.get('k' + n); return 'done'; };`;

  it('counted, and told', async () => {
    const sandbox = await start(scan, 'alert');
    assert.equal(await sandbox.evaluateJson('scan()'), 'done');
    const { crossings, alerts: count } = sandbox.info;
    assert.deepEqual([crossings?.['kv.read'], count], [{ count: 6, denied: 0 }, 1]);
    assert.equal(alerts[0]?.message, 'reads: 4 different things asked for within 60000 ms');
    assert.deepEqual(supervisor.alerts.all, alerts);
  });

  it('held until it is resumed', async () => {
    const sandbox = await start(
      `${scan} globalThis.ticks = 0; setInterval(() => ticks++, 1); scan().then(() => { globalThis.got = true; });`,
      'suspend',
      false,
    );
    await until(() => alerts.length === 1);
    assert.equal(sandbox.info.suspended, true);
    const question = sandbox.evaluateJson('[ticks, typeof got]');
    let answered = false;
    void question.then(() => {
      answered = true;
    });
    // Its neighbours and the worker itself go on meanwhile.
    const other = await start('', 'log');
    assert.equal(await other.evaluateJson('1 + 1'), 2);
    assert.equal(answered, false);
    sandbox.resume();
    await question;
    for (let got = 'undefined'; got === 'undefined'; ) got = (await sandbox.evaluateJson('typeof got')) as string;
    assert.equal(sandbox.info.suspended, undefined);
    sandbox.stop();
  });

  it('slowed down', async () => {
    const sandbox = await start(scan, 'throttle');
    await sandbox.evaluateJson('scan()');
    assert.equal(alerts[0]?.response, 'throttle');
    assert.equal(await sandbox.evaluateJson('scan()'), 'done');
  });

  it('ended, with the reason', async () => {
    const sandbox = await start(`${scan} await scan();`, 'kill', false);
    await until(() => sandbox.ended);
    const { outcome } = sandbox.info;
    assert.equal(outcome?.ok === false && outcome.failure.code, 'anomaly');
  });
});
