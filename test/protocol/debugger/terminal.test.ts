import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { isRunning } from '../../../runtime/isRunning.ts';
import { DapClient } from './dapClient.ts';
import { Terminal } from './terminal.ts';
import { assertGolden, transcript } from './transcript.ts';

const folder = join(import.meta.dirname, '../fixtures/till');
const ask = join(folder, 'ask.cjs');
const counter = join(folder, 'counter.cjs');
const SECRET = 'tk_5f0c1ab2';

type RunInTerminal = DebugProtocol.RunInTerminalRequestArguments;

/** What a recording promises of a program that is killed. */
const FLUSHED_EVERY_MS = 100;

describe('debugger: a program in a terminal', function () {
  this.timeout(180_000);
  let client: DapClient;
  /** Without a client there is nothing to leave. */
  let left = true;
  let terminals: Terminal[] = [];
  before(function () {
    // The pseudoterminal of these tests is that of util-linux.
    if (!/util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '')) this.skip();
  });
  beforeEach(() => {
    client = new DapClient();
    left = false;
    terminals = [];
  });
  afterEach(async () => {
    if (!left) await leave();
    for (const terminal of terminals) {
      terminal.close();
      await terminal.exited;
    }
  });

  const leave = async () => {
    left = true;
    await client.close();
  };

  const initialize = { adapterID: 'apex-time-travel', supportsRunInTerminalRequest: true };
  const launch = async (args: object, can: object = initialize, breakpoints: object[] = []) => {
    await client.send('initialize', can);
    await client.event('initialized');
    await client.send('launch', { program: ask, console: 'integratedTerminal', onBreakpoint: 'later', ...args });
    if (breakpoints.length > 0) await client.send('setBreakpoints', { source: { path: ask }, breakpoints });
    await client.send('configurationDone');
  };
  /** Does as an editor does that is asked for a terminal. */
  const open = async () => {
    const { seq, arguments: asked } = await client.request('runInTerminal');
    const { args, cwd } = asked as RunInTerminal;
    const terminal = new Terminal(args, cwd);
    terminals.push(terminal);
    client.respond(seq, 'runInTerminal', {});
    return { terminal, asked: asked as RunInTerminal };
  };
  const stopped = async () => (await client.event('stopped')).body as DebugProtocol.StoppedEvent['body'];
  const pidOfProgram = async () =>
    ((await client.event('process')).body as { systemProcessId: number }).systemProcessId;
  const saidOf = (category: string) =>
    client.said
      .map((message) => (message as DebugProtocol.OutputEvent).body)
      .flatMap((body) => (body?.category === category ? [body.output] : []))
      .join('');
  /** The server answers in that terminal, for longer than a recorder keeps anything to itself: it has a past then. */
  const serves = async (terminal: Terminal) => {
    await terminal.shows('\n');
    const port = /\d{4,}/.exec(terminal.text)![0];
    const flushed = performance.now() + 5 * FLUSHED_EVERY_MS;
    do {
      await (await fetch(`http://127.0.0.1:${port}/a`, { headers: { connection: 'close' } })).text();
      await new Promise((resolve) => setTimeout(resolve, 20));
    } while (performance.now() < flushed);
  };
  const isGone = async (pid: number) => {
    while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
  };

  it('reads what is typed, and goes on in its past', async () => {
    await launch({ env: { TILL_KEY: SECRET } }, initialize, [{ line: 8 }]);
    const { terminal, asked } = await open();
    await terminal.shows('Who pays? ');
    terminal.type('Ada\r');
    await terminal.shows('Hello Ada');
    assert.equal(await terminal.exited, 3, 'the terminal has the exit code of the program');
    await stopped();
    const { body } = await client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', {
      threadId: 1,
      levels: 1,
    });
    await client.send('evaluate', { expression: 'greeting', frameId: body.stackFrames[0]!.id });
    assert.ok(terminal.text.includes(`terminal: true true, key of ${SECRET.length} letters`), terminal.text);
    assert.ok(!`${JSON.stringify(asked)}${terminal.text}`.includes(SECRET), 'nobody sees the environment');
    assert.equal(saidOf('stdout') + saidOf('stderr'), '', 'the output is in the terminal alone');
    assertGolden('terminal', transcript(client));
  });

  it('is ended by Ctrl+C, and the session is at that point', async () => {
    await launch({});
    const { terminal } = await open();
    await terminal.shows('Who pays? ');
    terminal.type('\x03');
    await stopped();
    assert.match(saidOf('console'), /ask\.cjs ended by SIGINT/);
    assert.equal(await terminal.exited, 130);
  });

  it('is ended by Stop, begun again by Restart, in another terminal', async () => {
    await launch({ program: counter, console: 'externalTerminal' });
    const { terminal, asked } = await open();
    assert.equal(asked.kind, 'external');
    const pid = await pidOfProgram();
    await terminal.shows('\n');
    await client.send('restart');
    const again = await open();
    await isGone(pid);
    await serves(again.terminal);
    await client.send('terminate');
    await stopped();
    assert.match(saidOf('console'), /counter\.cjs ended by SIGTERM/);
  });

  it('stands still at a breakpoint when that is wanted, and goes on', async () => {
    await launch({ program: counter, onBreakpoint: 'stop' });
    await client.send('setBreakpoints', { source: { path: counter }, breakpoints: [{ line: 7 }] });
    const { terminal } = await open();
    await terminal.shows('\n');
    const port = /\d{4,}/.exec(terminal.text)![0];
    const visit = fetch(`http://127.0.0.1:${port}/a`, { headers: { connection: 'close' } });
    assert.match((await stopped()).description!, /the program stands still/);
    await client.send('continue', { threadId: 1 });
    assert.equal(await (await visit).text(), '/a is visit 1');
  });

  it('ends with its terminal, and has a past', async () => {
    await launch({ program: counter });
    const { terminal } = await open();
    const pid = await pidOfProgram();
    await serves(terminal);
    terminal.close();
    await isGone(pid);
    await stopped();
    assert.match(saidOf('console'), /counter\.cjs ended by SIGHUP/);
  });

  it('ends with the session', async () => {
    await launch({ program: counter });
    const { terminal } = await open();
    const pid = await pidOfProgram();
    await terminal.shows('\n');
    await leave();
    await isGone(pid);
  });

  it('that never began leaves no session behind', async () => {
    await launch({});
    const { arguments: asked } = await client.request('runInTerminal');
    await leave();
    const late = new Terminal((asked as RunInTerminal).args, folder);
    terminals.push(late);
    await late.shows('the debug session that wanted a program to run here has ended');
    assert.equal(await late.exited, 1);
  });

  it('an editor without terminals says so, and its debug console takes the place', async () => {
    await launch({}, { adapterID: 'apex-time-travel' });
    await stopped();
    assert.match(saidOf('important'), /^This editor opens no terminal for a debug session/);
    assert.match(saidOf('stdout'), /terminal: undefined undefined/);
  });

  it('an editor that opens no terminal ends the session with its reason', async () => {
    await launch({});
    const { seq } = await client.request('runInTerminal');
    client.respond(seq, 'runInTerminal', undefined, 'the user said no');
    await client.event('terminated');
    assert.match(saidOf('important'), /opened no terminal: the user said no\. Without "console" in launch\.json/);
  });

  it('what cannot be recorded is told in both places', async () => {
    await launch({ recordingFolder: folder });
    const { terminal } = await open();
    await client.event('terminated');
    assert.match(saidOf('important'), /exists and is not a recording/);
    await terminal.shows('exists and is not a recording');
  });
});
