import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Supervisor } from './supervisor.ts';

describe('what sandboxes say to each other and to programs', function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), 'apex-channels-'));
  const before = { ...process.env };
  let supervisor: Supervisor;
  const ended = new Map<string, PromiseWithResolvers<unknown>>();

  const open = () => {
    process.env.APEX_AUDIT_LOG = join(folder, 'audit');
    process.env.APEX_STATE_HOME = join(folder, 'state');
    return new Supervisor({
      output: () => {},
      changed: () => {},
      stateChanged: () => {},
      ended: (id, outcome) => ended.get(id)?.resolve(outcome.ok ? outcome.value : outcome.failure.message),
    });
  };
  beforeEach(() => {
    ended.clear();
    supervisor = open();
  });
  afterEach(() => {
    supervisor.close();
    for (const name of ['APEX_AUDIT_LOG', 'APEX_STATE_HOME']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const run = async (name: string, source: string, policy: object, label = name) => {
    writeFileSync(join(folder, name), source);
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify({ version: 1, ...policy }));
    const sandbox = await supervisor.start({ file: join(folder, name), policy: file, label, mode: 'isolation' });
    const end = Promise.withResolvers<unknown>();
    ended.set(sandbox.plan.id, end);
    return end.promise;
  };
  const channels = { rules: [{ effect: 'allow', operations: ['channel.*'], resources: ['orders', 'ready'] }] };

  it('arrives in order, at everybody who listens', async () => {
    const listen = `import { channel } from 'apex'; const got = [];
      const orders = channel('orders'); await orders.subscribe(); await channel('ready').send(1);
      for await (const order of orders) { got.push(order.n); if (order.last) break; } export default got;`;
    const talk = `import { channel } from 'apex'; const ready = channel('ready'); let n = 0;
      for await (const _ of ready) if (++n === 2) break;
      for (let n = 0; n < 50; n++) await channel('orders').send({ n, last: n === 49 }); export default 'sent';`;
    const talking = run('talk.js', talk, channels);
    // Whoever is not there yet hears nothing: the listeners call until somebody hears them.
    const calling = listen.replace(`await channel('ready').send(1)`, `while (await channel('ready').send(1) === 0);`);
    const got = await Promise.all([run('one.js', calling, channels), run('two.js', calling, channels), talking]);
    const all = Array.from({ length: 50 }, (_, n) => n);
    assert.deepEqual(got, [all, all, 'sent']);
  });

  it('asks the policy', async () => {
    const source = `import { channel, run } from 'apex';
      const tell = (error) => error.code;
      export default [await channel('secret').send(1).catch(tell), await run('node', ['-v']).catch(tell)];`;
    assert.deepEqual(await run('ask.js', source, channels), ['EACCES', 'EACCES']);
    const programs = {
      programs: { node: process.execPath },
      rules: [{ effect: 'allow', operations: ['process.run'], resources: ['node -v'] }],
    };
    const version = `import { run } from 'apex';
      export default [(await run('node', ['-v'])).stdout.trim(), await run('node', ['-p', '1']).catch((error) => error.code)];`;
    assert.deepEqual(await run('run.js', version, programs), [process.version, 'EACCES']);
  });

  it('keeps what is stored beyond the host, where the policy says so', async () => {
    const policy = { keepStore: true, rules: [{ effect: 'allow', operations: ['kv.*'] }] };
    await run(
      'write.js',
      `import { store } from 'apex'; await store.set('a', 'kept'); await store.set('b', 'x', { ttlMs: 1 });`,
      policy,
      'shop',
    );
    supervisor.close();
    supervisor = open();
    const read = `import { store } from 'apex'; export default [await store.get('a'), await store.keys()];`;
    assert.deepEqual(await run('read.js', read, policy, 'shop'), ['kept', ['a']]);
  });
});
