import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareTranscript, fixture } from './transcript.ts';

describe('the sandbox protocol', () => {
  it('runs a program and gives its output and value', () =>
    compareTranscript('run', async ({ connection, heard }) => {
      const ended = heard('sandbox/ended');
      await connection.sendRequest('host/initialize', { protocol: 1 });
      await connection.sendRequest('sandbox/start', { file: fixture('counter.ts') });
      await ended;
    }));

  it('keeps a sandbox, shows its state, edits it and refuses wrong edits', () =>
    compareTranscript('state', async ({ connection, heard }) => {
      const idle = heard('sandbox/changed', 2);
      const ended = heard('sandbox/ended');
      await connection.sendRequest('sandbox/start', { file: fixture('counter.ts'), keep: true });
      await idle;
      const edit = (value: unknown, expected?: unknown) =>
        connection.sendRequest('sandbox/editState', {
          id: 'sandbox-1',
          edit: { path: ['counter', 'step'], value, expected },
        });
      await connection.sendRequest('sandbox/readState', { id: 'sandbox-1' });
      await edit(5, 1);
      await assert.rejects(edit(6, 1));
      await assert.rejects(edit('six'));
      await assert.rejects(edit(10));
      await connection.sendRequest('sandbox/evaluate', { id: 'sandbox-1', code: 'apex.state("counter", {}).step * 2' });
      await assert.rejects(connection.sendRequest('sandbox/evaluate', { id: 'sandbox-1', code: 'nothing.here' }));
      await connection.sendRequest('sandbox/stop', { id: 'sandbox-1' });
      await ended;
    }));

  it('ends a loop and lives on', () =>
    compareTranscript('limits', async ({ connection, heard }) => {
      const ended = heard('sandbox/ended');
      await connection.sendRequest('sandbox/start', { file: fixture('loop.js'), limits: { turnMs: 100 } });
      await ended;
      const second = heard('sandbox/ended');
      await connection.sendRequest('sandbox/start', { file: fixture('throws.ts') });
      await second;
      await connection.sendRequest('host/status', {});
    }));

  it('logs the crossings of a run that is recorded, and refuses what cannot be', () =>
    compareTranscript('record', async ({ connection, heard, folder }) => {
      const file = fixture('throws.ts');
      const record = join(folder, 'crossings');
      const ended = heard('sandbox/ended');
      await connection.sendRequest('sandbox/start', { file, record });
      await ended;
      await assert.rejects(connection.sendRequest('sandbox/start', { file, record, keep: true }));
      await assert.rejects(connection.sendRequest('sandbox/start', { file, record: join(folder, 'none/crossings') }));
      const kinds = readFileSync(record, 'utf8')
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { t: string }).t);
      assert.deepEqual([kinds[0], kinds.at(-1)], ['boot', 'run']);
      assert.deepEqual([...new Set(kinds)].sort(), ['boot', 'file', 'module', 'run', 'send']);
    }));

  it('asks its client in hybrid mode, holds the answer, and tells of every crossing', () =>
    compareTranscript('permissions', async ({ connection, heard }) => {
      connection.onRequest('client/askPermission', ({ resource }: { resource: string }) => ({
        answer: resource.endsWith('counter.ts') ? 'session' : 'never',
      }));
      for (let run = 1; run <= 2; run++) {
        const ended = heard('sandbox/ended');
        await connection.sendRequest('sandbox/start', { file: fixture('reads.ts'), mode: 'hybrid' });
        await ended;
      }
    }));

  it('shows the modules of a sandbox and replaces one, or none when it fails', () =>
    compareTranscript('modules', async ({ connection, heard, folder }) => {
      writeFileSync(join(folder, 'part.ts'), 'export const part = 1;');
      writeFileSync(join(folder, 'whole.ts'), `import { part } from './part.ts'; globalThis.whole = () => part + 1;`);
      const idle = heard('sandbox/changed', 2);
      const ended = heard('sandbox/ended');
      await connection.sendRequest('sandbox/start', {
        file: join(folder, 'whole.ts'),
        mode: 'development',
        keep: true,
      });
      await idle;
      const id = 'sandbox-1';
      await connection.sendRequest('sandbox/modules', { id });
      writeFileSync(join(folder, 'part.ts'), 'export const part = 41;');
      await connection.sendRequest('sandbox/swap', { id });
      await connection.sendRequest('sandbox/evaluate', { id, code: 'whole()' });
      writeFileSync(join(folder, 'part.ts'), 'export const part = nothing;');
      await assert.rejects(connection.sendRequest('sandbox/swap', { id }));
      await assert.rejects(connection.sendRequest('sandbox/swap', { id, files: [join(folder, 'other.ts')] }));
      await connection.sendRequest('sandbox/evaluate', { id, code: 'whole()' });
      await connection.sendRequest('sandbox/stop', { id });
      await ended;
    }));

  it('takes snapshots of state, compares and restores them, and takes changes back', () =>
    compareTranscript('snapshots', async ({ connection, heard }) => {
      const idle = heard('sandbox/changed', 2);
      const ended = heard('sandbox/ended');
      await connection.sendRequest('sandbox/start', { file: fixture('counter.ts'), keep: true, label: 'counter' });
      await idle;
      const id = 'sandbox-1';
      const { snapshot } = await connection.sendRequest<{ snapshot: string }>('state/snapshot', { id, note: 'one' });
      await connection.sendRequest('sandbox/editState', { id, edit: { path: ['counter', 'step'], value: 7 } });
      await connection.sendRequest('state/diff', { from: snapshot, to: id });
      await connection.sendRequest('state/restore', { id, snapshot });
      await connection.sendRequest('state/undo', { id });
      await connection.sendRequest('state/undo', { id });
      await assert.rejects(connection.sendRequest('state/undo', { id }));
      await connection.sendRequest('state/undo', { id, redo: true });
      await connection.sendRequest('state/snapshots', { label: 'counter' });
      await connection.sendRequest('state/forget', { snapshot });
      await assert.rejects(connection.sendRequest('state/restore', { id, snapshot }));
      await connection.sendRequest('sandbox/stop', { id });
      await ended;
    }));

  it('bridges the state of a sandbox to one of the host, on demand', () =>
    compareTranscript('bridges', async ({ connection, heard }) => {
      const idle = heard('sandbox/changed', 2);
      const ended = heard('sandbox/ended');
      await connection.sendRequest('sandbox/start', { file: fixture('counter.ts'), keep: true });
      await idle;
      const from = { sandbox: 'sandbox-1', state: 'counter' };
      const spec = { from, to: { host: 'steps' }, direction: 'both', when: 'demand' };
      await connection.sendRequest('bridge/open', { ...spec, transform: [{ rename: { from: 'step', to: 'size' } }] });
      await connection.sendRequest('bridge/sync', { bridge: 'bridge-1' });
      await connection.sendRequest('hostState/write', { name: 'steps', value: { size: 4 } });
      await connection.sendRequest('bridge/sync', { bridge: 'bridge-1' });
      await connection.sendRequest('sandbox/readState', { id: 'sandbox-1' });
      await connection.sendRequest('hostState/read', { name: 'steps' });
      await connection.sendRequest('hostState/write', { name: 'steps', value: { size: 40 } });
      await connection.sendRequest('bridge/sync', { bridge: 'bridge-1' });
      await assert.rejects(connection.sendRequest('bridge/open', { ...spec, to: from }));
      await assert.rejects(connection.sendRequest('bridge/sync', { bridge: 'bridge-9' }));
      await connection.sendRequest('hostState/list', {});
      await connection.sendRequest('sandbox/stop', { id: 'sandbox-1' });
      await ended;
      await connection.sendRequest('bridge/list', {});
    }));

  it('moves a sandbox to another mode, holds permissions and limits', () =>
    compareTranscript('lifecycle', async ({ connection, heard }) => {
      const idle = heard('sandbox/changed', 2);
      await connection.sendRequest('sandbox/start', { file: fixture('counter.ts'), mode: 'isolation', keep: true });
      await idle;
      await assert.rejects(connection.sendRequest('sandbox/move', { id: 'sandbox-1', mode: 'development' }));
      const again = heard('sandbox/changed', 3);
      await connection.sendRequest('sandbox/move', { id: 'sandbox-1', mode: 'hybrid' });
      await again;
      const request = { label: 'counter.ts', operation: 'fs.read', resource: '/app/counter.ts' };
      await connection.sendRequest('permission/grant', { ...request, allowed: true });
      await connection.sendRequest('permission/list', {});
      await connection.sendRequest('permission/revoke', request);
      await connection.sendRequest('permission/revoke', request);
      await connection.sendRequest('host/limits', { sandboxes: 1, memoryMb: 1024 });
      await assert.rejects(connection.sendRequest('sandbox/start', { file: fixture('counter.ts') }));
      const ended = heard('sandbox/ended');
      await connection.sendRequest('sandbox/stop', { id: 'sandbox-1' });
      await ended;
    }));

  it('supervises a group', () =>
    compareTranscript('groups', async ({ connection, heard }) => {
      const failed = heard('group/changed', 2);
      const children = [{ name: 'throws', file: fixture('throws.ts') }];
      await connection.sendRequest('group/start', { name: 'one', maxRestarts: 1, children });
      await failed;
      await connection.sendRequest('group/list', {});
      await connection.sendRequest('group/stop', { name: 'one' });
      await assert.rejects(connection.sendRequest('group/stop', { name: 'two' }));
    }));

  it('tells of an anomaly, holds the sandbox and lets it go on', () =>
    compareTranscript('security', async ({ connection, heard, folder }) => {
      const rule = {
        name: 'keys',
        operations: ['kv.read'],
        measure: 'count',
        over: 1,
        withinMs: 60_000,
        response: 'suspend',
      };
      const policy = { version: 1, anomalies: [rule], rules: [{ effect: 'allow', operations: ['kv.*'] }] };
      writeFileSync(join(folder, 'policy.json'), JSON.stringify(policy));
      writeFileSync(
        join(folder, 'keys.js'),
        `import { store } from 'apex'; for (const key of ['a', 'b']) await store.get(key); export default 'done';`,
      );
      // The last that is heard of the crossing with which it is held.
      const held = heard('sandbox/crossing', 3);
      const ended = heard('sandbox/ended');
      await connection.sendRequest('sandbox/start', {
        file: join(folder, 'keys.js'),
        policy: join(folder, 'policy.json'),
      });
      await held;
      await connection.sendRequest('sandbox/list', {});
      await connection.sendRequest('sandbox/resume', { id: 'sandbox-1' });
      await ended;
      await connection.sendRequest('security/alerts', {});
      await assert.rejects(connection.sendRequest('sandbox/suspend', { id: 'sandbox-2' }));
    }));

  it('tells of messages between sandboxes and of programs that were run', () =>
    compareTranscript('channels', async ({ connection, heard, folder }) => {
      const allowed = ['channel.*', 'process.run'];
      const policy = {
        version: 1,
        programs: { node: process.execPath },
        rules: [{ effect: 'allow', operations: allowed }],
      };
      writeFileSync(join(folder, 'policy.json'), JSON.stringify(policy));
      writeFileSync(
        join(folder, 'listens.js'),
        `import { channel } from 'apex'; const news = channel('news'); await news.subscribe(); console.log('listening');
         for await (const item of news) { console.log(item.text); await channel('heard').send(item); }`,
      );
      writeFileSync(
        join(folder, 'tells.js'),
        `import { channel, run } from 'apex'; const { stdout } = await run('node', ['-p', '1+1']);
         const heard = channel('heard'); await heard.subscribe();
         await channel('news').send({ text: 'two is ' + stdout.trim() });
         for await (const item of heard) break;`,
      );
      const start = (name: string) => ({ file: join(folder, name), policy: join(folder, 'policy.json') });
      const listening = heard('sandbox/output');
      await connection.sendRequest('sandbox/start', start('listens.js'));
      await listening;
      const told = heard('sandbox/ended');
      await connection.sendRequest('sandbox/start', start('tells.js'));
      await told;
      const stopped = heard('sandbox/ended');
      await connection.sendRequest('sandbox/stop', { id: 'sandbox-1' });
      await stopped;
    }));

  it('follows a policy while programs run, tells what no rule speaks of, and suggests the smallest policy', () =>
    compareTranscript('policy', async ({ connection, heard, folder }) => {
      const policy = join(folder, 'apex.policy.json');
      const file = join(folder, 'asks.js');
      const rule = (effect: string, ...resources: string[]) => ({ effect, operations: ['fs.read'], resources });
      // At once: a file that is half written would be told as a broken policy.
      const write = (text: string) => {
        writeFileSync(`${policy}.new`, text);
        renameSync(`${policy}.new`, policy);
      };
      writeFileSync(join(folder, 'note.txt'), 'a note');
      writeFileSync(
        file,
        `import { readFile } from 'fs/promises'; globalThis.read = () => readFile('note.txt', 'utf8').catch((e) => e.message);`,
      );
      write(JSON.stringify({ version: 1 }));
      const idle = heard('sandbox/changed', 2);
      await connection.sendRequest('sandbox/start', { file, policy, mode: 'isolation', keep: true });
      await idle;
      const read = () => connection.sendRequest('sandbox/evaluate', { id: 'sandbox-1', code: 'read()' });
      await read();
      const changed = async (text: string) => {
        const told = heard('policy/changed');
        write(text);
        await told;
      };
      await changed(JSON.stringify({ version: 1, rules: [rule('allow', './*.txt')] }));
      await read();
      await changed('{ "version": 1, ');
      await read();
      await changed(JSON.stringify({ version: 1, rules: [rule('deny', './note.txt')] }));
      await read();
      const ended = heard('sandbox/ended');
      await connection.sendRequest('sandbox/stop', { id: 'sandbox-1' });
      await ended;
      writeFileSync(
        file,
        `import { store } from 'apex'; await store.set('a*', '1'); export default await store.get('a*');`,
      );
      const done = heard('sandbox/ended');
      await connection.sendRequest('sandbox/start', { file, mode: 'isolation', audit: true });
      await done;
      await connection.sendRequest('policy/suggest', {});
    }));

  it('keeps what is stored when it is started again', () =>
    compareTranscript('storage', async (conversation) => {
      const { folder } = conversation;
      const file = join(folder, 'visits.js');
      const policy = join(folder, 'apex.policy.json');
      const rules = [{ effect: 'allow', operations: ['kv.*'] }];
      writeFileSync(policy, JSON.stringify({ version: 1, keepStore: true, rules }));
      writeFileSync(
        file,
        `import { store } from 'apex';
         const visits = Number(await store.get('visits')) + 1;
         await store.set('visits', String(visits));
         export default visits;`,
      );
      const visit = async ({ connection, heard }: typeof conversation) => {
        const ended = heard('sandbox/ended');
        await connection.sendRequest('sandbox/start', { file, policy });
        await ended;
      };
      await visit(conversation);
      await conversation.connection.sendRequest('hostState/write', { name: 'shelf', value: { teapot: 24 } });
      const second = await conversation.restart();
      await second.connection.sendRequest('hostState/read', { name: 'shelf' });
      await visit(second);
      await second.connection.sendRequest('hostState/write', { name: 'shelf', value: { teapot: 25 } });
      const third = await second.restart();
      await third.connection.sendRequest('hostState/list', {});
      await third.connection.sendRequest('hostState/read', { name: 'shelf' });
    }));

  it('says what its audit log holds, and that somebody has changed it', () =>
    compareTranscript('audit', async ({ connection, heard, folder, audit }) => {
      const file = join(folder, 'asks.js');
      writeFileSync(
        file,
        `import { readFile } from 'fs/promises';
         await readFile('secret.txt').catch(() => {});
         await fetch('https://example.com/?token=abc123').catch(() => {});`,
      );
      const ended = heard('sandbox/ended');
      await connection.sendRequest('sandbox/start', { file, mode: 'isolation' });
      await ended;
      await connection.sendRequest('audit/report', {});
      await connection.sendRequest('audit/report', { outcome: 'denied', operation: 'net.' });
      await connection.sendRequest('audit/verify', {});
      const log = join(audit, 'chain-1/audit-000001.jsonl');
      writeFileSync(log, readFileSync(log, 'utf8').replace('/app/secret.txt', '/app/public.txt'));
      await connection.sendRequest('audit/verify', {});
    }));

  it('says what is wrong with a request', () =>
    compareTranscript('refusals', async ({ connection }) => {
      await assert.rejects(connection.sendRequest('host/initialize', { protocol: 99 }));
      await assert.rejects(connection.sendRequest('sandbox/start', { file: fixture('gone.ts') }));
      await assert.rejects(connection.sendRequest('sandbox/start', { file: fixture('loop.js'), mode: 'wild' }));
      await assert.rejects(
        connection.sendRequest('sandbox/start', { file: fixture('loop.js'), limits: { memoryMb: 1 } }),
      );
      await assert.rejects(connection.sendRequest('sandbox/stop', { id: 'sandbox-7' }));
      await assert.rejects(connection.sendRequest('sandbox/stop', {}));
    }));
});
