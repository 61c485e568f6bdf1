import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome, PermissionAnswer, StartParams } from '../../protocol/sandbox.ts';
import { verifyAudit } from '../audit/verifyAudit.ts';
import { Supervisor } from './supervisor.ts';

describe('the supervisor', () => {
  let folder: string;
  let supervisor: Supervisor;
  let answer: PermissionAnswer;
  let printed: string;
  let crossings: string[];
  const endings = new Map<string, PromiseWithResolvers<Outcome>>();
  const ending = (id: string) => {
    const known = endings.get(id) ?? Promise.withResolvers<Outcome>();
    endings.set(id, known);
    return known;
  };
  const auditLog = process.env.APEX_AUDIT_LOG;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'apex-supervisor-'));
    process.env.APEX_AUDIT_LOG = join(folder, 'audit');
    printed = '';
    crossings = [];
    endings.clear();
    supervisor = new Supervisor({
      output: (_id, _stream, text) => {
        printed += text;
      },
      changed: () => {},
      stateChanged: () => {},
      ended: (id, outcome) => ending(id).resolve(outcome),
      crossing: ({ operation, outcome }) => crossings.push(`${operation} ${outcome}`),
      ask: async () => answer,
    });
  });
  afterEach(() => {
    supervisor.close();
    if (auditLog === undefined) delete process.env.APEX_AUDIT_LOG;
    else process.env.APEX_AUDIT_LOG = auditLog;
    rmSync(folder, { recursive: true });
  });

  it('holds a rule that denies an address for every way to write it', async () => {
    const policy = join(folder, 'deny.json');
    const rule = {
      effect: 'deny',
      operations: ['net.request'],
      resources: ['http://127.0.0.1:9/**'],
      reason: 'not here',
    };
    writeFileSync(policy, JSON.stringify({ version: 1, rules: [rule] }));
    const hosts = ['127.0.0.1', 'localhost', 'x.localhost', '0.0.0.0', '127.1', '[::1]', '[::ffff:127.0.0.1]', '[::]'];
    const sandbox = await start(
      `const results = [];
       for (const host of ${JSON.stringify(hosts)}) results.push(await fetch('http://' + host + ':9/x').catch((e) => e.code));
       export default results;`,
      { mode: 'development', policy },
    );
    const outcome = await ending(sandbox.plan.id).promise;
    assert.deepEqual(outcome.ok && outcome.value, Array(hosts.length).fill('EACCES'));
  });

  it('can be asked while its modules are still being loaded', async () => {
    const sandbox = await start('import { state } from "apex"; state("s", { n: 1 }); setInterval(() => {}, 1000);', {
      keep: true,
    });
    assert.deepEqual(Object.keys((await sandbox.readState()).roots), ['s']);
    // What is thrown may throw when it is looked at.
    await assert.rejects(sandbox.evaluate('throw new Proxy({}, { getPrototypeOf() { throw 1 }, get() { throw 2 } })'));
    assert.equal(await sandbox.evaluateJson('1 + 1'), 2);
    assert.equal(sandbox.ended, false);
  });

  const start = (source: string, params: Partial<StartParams> = {}) => {
    const file = join(folder, 'program.ts');
    writeFileSync(file, source);
    return supervisor.start({ file, ...params });
  };
  const run = async (source: string, params: Partial<StartParams> = {}) => {
    const sandbox = await start(source, params);
    return ending(sandbox.plan.id).promise;
  };

  it('runs a program to its end and gives its worker back', async () => {
    const outcome = await run('console.log("hello"); export default { n: 1 };');
    assert.deepEqual(outcome.ok && outcome.value, { n: 1 });
    assert.equal(printed, 'hello\n');
    assert.equal((await supervisor.status()).sandboxes, 0);
    assert.equal(supervisor.list()[0]?.status, 'ended');
  });

  it('holds a program to the limits of its policy', async () => {
    const policy = join(folder, 'apex.policy.json');
    writeFileSync(policy, JSON.stringify({ version: 1, limits: { isolation: { turnMs: 50, outputBytes: 10 } } }));
    const slow = await run('for (;;);', { policy });
    assert.equal(!slow.ok && slow.failure.code, 'timeout');
    const loud = await run('console.log("a long line of text");', { policy });
    assert.equal(!loud.ok && loud.failure.code, 'output-limit');
  });

  it('asks the person in hybrid mode, and remembers for the session', async () => {
    const source = 'import { store } from "apex"; await store.set("a", "1"); console.log(await store.get("a"));';
    answer = 'not-now';
    const refused = await run(source, { mode: 'hybrid' });
    assert.match(refused.ok ? '' : refused.failure.message, /EACCES: kv\.write of a is not allowed/);
    answer = 'session';
    assert.equal((await run(source, { mode: 'hybrid' })).ok, true);
    answer = 'never';
    assert.equal((await run(source, { mode: 'hybrid' })).ok, true);
    assert.equal(printed, '1\n1\n');
  });

  it('keeps a sandbox, edits and questions it, and stops it', async () => {
    const sandbox = await start('import { state } from "apex"; state("s", { n: 1 });', {
      keep: true,
      mode: 'development',
    });
    while (sandbox.info.status !== 'idle') await new Promise((resolve) => setTimeout(resolve, 5));
    const document = await sandbox.editState({ path: ['s', 'n'], value: 2, expected: 1 });
    assert.deepEqual(document.heap, [{ type: 'object', entries: [['n', 2]] }]);
    assert.equal(await sandbox.evaluate('Promise.resolve(apex.state("s", {}).n + 1)'), '3');
    await assert.rejects(sandbox.evaluate('gone()'), { code: 'refused-by-program' });
    sandbox.stop();
    await assert.rejects(sandbox.evaluate('1'), { code: 'sandbox-ended' });
    const outcome = await ending(sandbox.plan.id).promise;
    assert.equal(!outcome.ok && outcome.failure.code, 'stopped');
  });

  it('notes what happened, whole and without contents', async () => {
    await run('import { env } from "apex"; await env("HOME").catch(() => {});');
    supervisor.setMode('development');
    supervisor.close();
    assert.ok(crossings.includes('env.read denied') && crossings.includes('mode.change done'));
    assert.equal(verifyAudit(join(folder, 'audit/chain-1')).ok, true);
  });

  it('says what it does not have', async () => {
    assert.throws(() => supervisor.sandbox('sandbox-99'), { code: 'no-such-sandbox' });
    await assert.rejects(supervisor.start({ file: join(folder, 'gone.ts') }), { code: 'file-not-found' });
    await assert.rejects(start('', { policy: join(folder, 'gone.json') }), { code: 'policy-not-found' });
  });
});
