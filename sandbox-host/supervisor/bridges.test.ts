import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bridgeSpecSchema } from '../../protocol/sandboxBridge.ts';
import type { Sandbox } from './sandbox.ts';
import { Supervisor } from './supervisor.ts';

describe('bridges between sandboxes', function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), 'apex-bridges-'));
  const before = { ...process.env };
  let supervisor: Supervisor;
  let left: Sandbox;
  let right: Sandbox;

  beforeEach(async () => {
    process.env.APEX_AUDIT_LOG = join(folder, 'audit');
    process.env.APEX_STATE_HOME = join(folder, 'state');
    supervisor = new Supervisor({ output: () => {}, changed: () => {}, stateChanged: () => {}, ended: () => {} });
    const start = async (name: string, source: string) => {
      writeFileSync(join(folder, name), source);
      const sandbox = await supervisor.start({ file: join(folder, name), mode: 'development', keep: true });
      await until(() => sandbox.info.status === 'idle');
      return sandbox;
    };
    left = await start(
      'left.js',
      `import { state } from 'apex'; globalThis.s = state('cart', { n: 1, items: { tea: 1 } });`,
    );
    right = await start(
      'right.js',
      `import { state } from 'apex'; globalThis.edits = 0;
       globalThis.s = state('basket', {}, { check: (s) => (s.n > 99 ? 'too many' : undefined), onEdit: () => edits++ });`,
    );
  });
  afterEach(() => {
    supervisor.close();
    for (const name of ['APEX_AUDIT_LOG', 'APEX_STATE_HOME']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const until = async (done: () => boolean | Promise<boolean>) => {
    while (!(await done())) await sleep(2);
  };
  const open = (spec: object) =>
    supervisor.bridges.open(
      bridgeSpecSchema.parse({
        from: { sandbox: left.plan.id, state: 'cart' },
        to: { sandbox: right.plan.id, state: 'basket' },
        ...spec,
      }),
    );
  const rightState = () => right.evaluateJson('s');

  it('carry changes as they come, and hear the refusal of the receiver', async () => {
    const { bridge } = await open({});
    assert.deepEqual(await rightState(), { n: 1, items: { tea: 1 } });
    await left.evaluate('s.items.milk = 2; s.n = 5; delete s.items.tea');
    await until(async () => ((await rightState()) as { n: number }).n === 5);
    assert.deepEqual(await rightState(), { n: 5, items: { milk: 2 } });
    assert.equal(await right.evaluateJson('edits'), 2);
    await left.evaluate('s.n = 100');
    await until(() => supervisor.bridges.list()[0]?.problem === 'too many');
    assert.deepEqual(await rightState(), { n: 5, items: { milk: 2 } });
    assert.equal(supervisor.bridges.close(bridge).status, 'closed');
  });

  it('run functions in a sandbox of their own, and end with their sandbox', async () => {
    const transform = [{ custom: `(value, path) => path === 'n' ? value * 10 : typeof process` }];
    await open({ transform, when: 'demand' }).then(({ bridge }) => supervisor.bridges.sync(bridge));
    assert.equal(supervisor.bridges.list()[0]?.problem, undefined);
    assert.deepEqual(await rightState(), { n: 10, items: { tea: 'undefined' } });
    left.stop();
    assert.match(supervisor.bridges.list()[0]!.problem ?? '', /has ended/);
  });

  it('through the host, which keeps what it holds', async () => {
    await open({ to: { host: 'shared' } });
    await open({ from: { host: 'shared' }, to: { sandbox: right.plan.id, state: 'basket' } });
    await left.evaluate('s.n = 7');
    await until(async () => ((await rightState()) as { n?: number }).n === 7);
    supervisor.close();
    supervisor = new Supervisor({ output: () => {}, changed: () => {}, stateChanged: () => {}, ended: () => {} });
    assert.deepEqual(await supervisor.hostStates.read('shared'), { n: 7, items: { tea: 1 } });
    assert.deepEqual(await supervisor.hostStates.names(), ['shared']);
  });

  it('wait until the receiver is asked, when they are lazy', async () => {
    await open({ when: 'lazy' });
    await left.evaluate('s.n = 3');
    await until(async () => {
      await supervisor.bridges.beforeAsking(right.plan.id);
      return ((await rightState()) as { n: number }).n === 3;
    });
    await assert.rejects(open({ to: { sandbox: left.plan.id, state: 'cart' } }), { code: 'bridge-to-itself' });
  });

  it('are not undone by state that is shared, deep or circular', async () => {
    await open({ to: { host: 'kept' } });
    const shared = 'n = { v: 1 }; for (let i = 0; i < 60; i++) n = { a: n, b: n }; s.big = n; 0';
    await left.evaluate(`var n; ${shared}`);
    await until(() => supervisor.bridges.list()[0]?.problem?.includes('more than 100000 values') ?? false);
    await left.evaluate('n = 1; for (let i = 0; i < 20000; i++) n = { n }; s.big = n; 0');
    await until(() => supervisor.bridges.list()[0]?.problem === undefined);
    await assert.rejects(supervisor.hostStates.read('kept'), { code: 'state-too-large' });
    await left.evaluate('n = [1]; for (let i = 0; i < 60; i++) n = [n, n]; s.big = n; 0');
    await until(async () =>
      JSON.stringify(await supervisor.hostStates.read('kept').catch((e) => e.message)).includes('parts'),
    );
    await left.evaluate('n = [1]; n.push(n); s.big = n; 0');
    await until(async () => (await supervisor.hostStates.read('kept').catch((e) => e)).code === 'state-circular');
    await left.evaluate('delete s.big; s.n = 7');
    await until(async () => ((await supervisor.hostStates.read('kept').catch(() => ({}))) as { n: number }).n === 7);
  });
});
