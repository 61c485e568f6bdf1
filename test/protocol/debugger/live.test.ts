import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { DapClient } from './dapClient.ts';

const ROOT = join(import.meta.dirname, '../../..');
const counter = join(import.meta.dirname, '../fixtures/till/counter.cjs');

describe('debugger: a program that still runs', function () {
  this.timeout(180_000);
  let client: DapClient;
  beforeEach(() => {
    client = new DapClient();
  });
  afterEach(() => client.close());

  /** Waits for output that matches; gives the match. */
  const said = async (pattern: RegExp) => {
    for (;;) {
      const { output } = (await client.event('output')).body as DebugProtocol.OutputEvent['body'];
      const match = pattern.exec(output);
      if (match) return match;
    }
  };
  const visit = async (port: string, path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } });
    return answer.text();
  };
  const evaluate = async (expression: string, frame = 0) => {
    const { body: stack } = await client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId: 1 });
    const frameId = stack.stackFrames[frame]!.id;
    const { body } = await client.send<{ result: string }>('evaluate', { expression, context: 'watch', frameId });
    return body.result;
  };
  const stopped = async () => (await client.event('stopped')).body as DebugProtocol.StoppedEvent['body'];

  it('shows a hit while the program goes on, and the next ones as they come', async () => {
    await client.launch({ program: counter, onBreakpoint: 'show' }, { [counter]: [{ line: 7 }] });
    const [port] = await said(/^\d+/);
    await visit(port!, '/a');
    const first = await stopped();
    assert.equal(first.reason, 'breakpoint');
    assert.match(first.description!, /the program goes on/);
    assert.equal(await evaluate('visits'), '1');
    assert.equal(await evaluate('path'), "'/a'");
    assert.equal(await visit(port!, '/b'), '/b is visit 2', 'the program serves meanwhile');
    await said(/counter\.cjs:7 was hit\. Continue goes there/);
    const goOn = async () => {
      await client.send('continue', { threadId: 1 });
      await client.event('continued');
    };
    await goOn();
    await stopped();
    assert.equal(await evaluate('path'), "'/b'");
    await goOn();
    assert.equal((await client.send('stackTrace', { threadId: 1 })).success, false, 'time goes on with the program');
    await visit(port!, '/c');
    await stopped();
    assert.equal(await evaluate('visits'), '3');
    await client.send('reverseContinue', { threadId: 1 });
    await stopped();
    assert.equal(await evaluate('visits'), '2', 'backwards, too');
    await visit(port!, '/leave');
    const { description } = await stopped();
    assert.match(description!, /The recording is complete/);
    assert.equal(await evaluate('visits'), '2', 'one stays where one was');
  });

  it('has the program stand still at a breakpoint when that is wanted', async () => {
    await client.launch({ program: counter, onBreakpoint: 'stop' }, { [counter]: [{ line: 7 }] });
    const [port] = await said(/^\d+/);
    await visit(port!, '/a');
    assert.match((await stopped()).description!, /the program stands still/);
    const answered = { yet: false };
    const second = visit(port!, '/b').then((text) => {
      answered.yet = true;
      return text;
    });
    assert.equal(await evaluate('path'), "'/a'");
    assert.equal(answered.yet, false);
    await client.send('continue', { threadId: 1 });
    assert.equal(await second, '/b is visit 2');
    await stopped();
    assert.equal(await evaluate('path'), "'/b'");
    await client.send('terminate');
    await stopped();
  });

  it('notices calls of a function and exceptions while the program goes on', async () => {
    await client.send('initialize', { adapterID: 'apex-time-travel' });
    await client.event('initialized');
    await client.send('launch', { program: counter, onBreakpoint: 'show' });
    await client.send('setFunctionBreakpoints', { breakpoints: [{ name: 'count', condition: 'path !== "/quiet"' }] });
    await client.send('setExceptionBreakpoints', { filters: ['all'] });
    await client.send('configurationDone');
    const [port] = await said(/^\d+/);
    await visit(port!, '/quiet');
    await visit(port!, '/a');
    assert.equal((await stopped()).reason, 'breakpoint');
    assert.equal(await evaluate('path'), "'/a'");
    await client.send('setFunctionBreakpoints', { breakpoints: [] });
    await client.send('continue', { threadId: 1 });
    await client.event('continued');
    await visit(port!, '/bad');
    const { reason, description, text } = await stopped();
    assert.equal(reason, 'exception');
    assert.match(description!, /^Exception \(the program goes on\)/);
    assert.match(text!, /RangeError: \/bad is not served/);
    assert.equal(await evaluate('path'), "'/bad'");
    const { body } = await client.send<{ exceptionId: string }>('exceptionInfo', { threadId: 1 });
    assert.equal(body.exceptionId, 'RangeError');
    await visit(port!, '/leave');
    await stopped();
  });

  it('notices writes of a value while the program goes on', async () => {
    await client.launch({ program: counter, onBreakpoint: 'show' }, { [counter]: [{ line: 7, hitCondition: '== 1' }] });
    const [port] = await said(/^\d+/);
    await visit(port!, '/a');
    await stopped();
    const { body } = await client.send<{ dataId: string }>('dataBreakpointInfo', { name: 'visits' });
    await client.send('setDataBreakpoints', { breakpoints: [{ dataId: body.dataId }] });
    await client.send('setBreakpoints', { source: { path: counter }, breakpoints: [] });
    await client.send('continue', { threadId: 1 });
    await client.event('continued');
    await visit(port!, '/b');
    assert.equal((await stopped()).reason, 'breakpoint');
    assert.equal(await evaluate('path'), "'/b'");
    assert.equal(await evaluate('visits'), '1', 'it is about to be written');
    await visit(port!, '/leave');
    await stopped();
  });

  it('prints logpoints as they come, and shows the latest moment on Pause', async () => {
    await client.launch(
      { program: counter, onBreakpoint: 'tell' },
      { [counter]: [{ line: 7, logMessage: 'seen {path} as {visits}' }, { line: 11 }] },
    );
    const [port] = await said(/^\d+/);
    await visit(port!, '/a');
    await said(/^seen \/a as 1/);
    await said(/counter\.cjs:11 was hit\. The program goes on; press Pause to look/);
    await client.send('pause', { threadId: 1 });
    assert.equal((await stopped()).reason, 'breakpoint');
    assert.equal(await evaluate('request.url'), "'/a'");
    await visit(port!, '/leave');
    await stopped();
    const logged = client.said.filter(
      (message) => message.type === 'event' && /^seen/.test((message as DebugProtocol.OutputEvent).body?.output ?? ''),
    );
    assert.equal(logged.length, 2, 'each hit is printed once');
  });

  describe('that somebody else records', () => {
    let folder: string;
    let recorder: ChildProcess;
    beforeEach(() => {
      folder = realpathSync(mkdtempSync(join(tmpdir(), 'apex-live-')));
    });
    afterEach(() => {
      recorder.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    });

    it('is attached to, and left alone', async () => {
      const recording = join(folder, 'rec');
      const words = [join(ROOT, 'bin/apex'), 'record', '--out', recording, '--', counter];
      recorder = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
      const port = await new Promise<string>((resolve) => {
        recorder.stdout!.once('data', (data: Buffer) => resolve(data.toString().trim()));
      });
      assert.ok(existsSync(recording));
      await client.send('initialize', { adapterID: 'apex-time-travel' });
      await client.send('attach', { recording, onBreakpoint: 'show' });
      await client.send('setBreakpoints', { source: { path: counter }, breakpoints: [{ line: 7 }] });
      await client.send('configurationDone');
      await said(new RegExp(`^${port}`));
      await visit(port, '/a');
      await stopped();
      assert.equal(await evaluate('path'), "'/a'");
      await client.send('terminate');
      await stopped();
      assert.equal(await visit(port, '/b'), '/b is visit 2', 'it still runs');
      const left = new Promise((resolve) => recorder.once('exit', resolve));
      await visit(port, '/leave');
      assert.equal(await left, 0);
    });
  });
});
