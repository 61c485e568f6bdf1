import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { DapClient } from './dapClient.ts';

const fixture = (name: string) => join(import.meta.dirname, '../fixtures/family', name);

describe('debugger: child processes', function () {
  this.timeout(180_000);
  let folder: string;
  let client: DapClient;
  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'apex-family-')));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(() => {
    client = new DapClient();
  });
  afterEach(() => client.close());

  const begin = async (args: object, supportsStartDebuggingRequest: boolean, line?: number, file = 'child.cjs') => {
    await client.send('initialize', { adapterID: 'apex-time-travel', supportsStartDebuggingRequest });
    await client.event('initialized');
    await client.send('launch', args);
    const breakpoints = line === undefined ? [] : [{ line }];
    await client.send('setBreakpoints', { source: { path: fixture(file) }, breakpoints });
    await client.send('configurationDone');
    return (await client.event('stopped')).body as DebugProtocol.StoppedEvent['body'];
  };
  const asked = () =>
    client.said.flatMap((message) => {
      const { command, arguments: args } = message as DebugProtocol.StartDebuggingRequest;
      return command === 'startDebugging' ? [args.configuration] : [];
    });

  it('become sessions that the client is asked for, each in the past of its own process', async () => {
    const recording = join(folder, 'rec');
    await begin({ program: fixture('parent.cjs'), recordingFolder: recording }, true);
    // What is asked for comes before the answer to a later request.
    await client.send('threads');
    const children = asked();
    assert.deepEqual(
      children.map(({ name, process, recording: where }) => [String(name).replace(/\d+/, 'PID'), process, where]),
      [
        ['child.cjs alone [PID]', 'main-1', recording],
        ['child.cjs asked [PID]', 'main-2', recording],
      ],
    );
    for (const [index, sum] of [9, 6].entries()) {
      const child = new DapClient();
      const parent = client;
      client = child;
      const { reason, preserveFocusHint } = await begin(children[index]!, true, 4);
      assert.deepEqual([reason, preserveFocusHint], ['breakpoint', true]);
      const { body } = await client.send<{ result: string }>('evaluate', { expression: 'sum', context: 'watch' });
      assert.equal(body.result, String(sum));
      await child.close();
      client = parent;
    }
  });

  it('and so do worker threads', async () => {
    const recording = join(folder, 'threads');
    await begin({ program: fixture('threads.cjs'), recordingFolder: recording }, true);
    await client.send('threads');
    const threads = asked();
    assert.deepEqual(
      threads.map(({ name, process }) => [name, process]),
      [
        ['threads.cjs [thread 1]', 'main-1'],
        ['threads.cjs [thread 2]', 'main-2'],
      ],
    );
    for (const [index, sum] of [6, 10].entries()) {
      const thread = new DapClient();
      const parent = client;
      client = thread;
      const { reason } = await begin(threads[index]!, true, 7, 'threads.cjs');
      assert.equal(reason, 'breakpoint');
      const { body } = await client.send<{ result: string }>('evaluate', { expression: 'sum', context: 'watch' });
      assert.equal(body.result, String(sum));
      await client.send('stepBack', { threadId: 1 });
      await client.event('stopped');
      await client.send('reverseContinue', { threadId: 1 });
      await client.event('stopped');
      await thread.close();
      client = parent;
    }
  });

  it('stand at what failed in them, also when they were ended as soon as they had told it', async () => {
    const recording = join(folder, 'told');
    await begin({ program: fixture('teller.cjs'), recordingFolder: recording }, true);
    await client.send('threads');
    const [child] = asked();
    const parent = client;
    client = new DapClient();
    try {
      await client.send('initialize', { adapterID: 'apex-time-travel' });
      await client.event('initialized');
      await client.send('launch', child);
      await client.send('setExceptionBreakpoints', { filters: ['uncaught'] });
      await client.send('configurationDone');
      const { body } = await client.event('stopped');
      assert.deepEqual([body.reason, body.preserveFocusHint], ['exception', undefined]);
      assert.match(body.description, /^Failed assertion/);
    } finally {
      await client.close();
      client = parent;
    }
  });

  it('are listed for a client that cannot begin sessions', async () => {
    await begin({ recording: join(folder, 'rec') }, false);
    await client.send('threads');
    assert.deepEqual(asked(), []);
    const told = client.said.map((message) => (message as DebugProtocol.OutputEvent).body?.output ?? '').join('');
    assert.match(told, /"process": "main-1" {2}child\.cjs alone \[\d+\]\n {2}"process": "main-2"/);
  });

  it('are refused by a name that is none', async () => {
    await client.send('initialize', { adapterID: 'apex-time-travel' });
    const { success } = await client.send('launch', { recording: join(folder, 'rec'), process: '../main' });
    assert.equal(success, false);
    await client.send('launch', { recording: join(folder, 'rec'), process: 'main-7' });
    await client.send('configurationDone');
    await client.event('terminated');
    assert.match(client.said.map((one) => JSON.stringify(one)).join(), /The recording has no process main-7/);
  });
});
