import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { requestSchemas } from '../../../debug-adapter/requests.ts';
import { DapClient } from './dapClient.ts';
import { assertGolden, transcript } from './transcript.ts';

const till = join(import.meta.dirname, '../fixtures/till/till.cjs');

/** One golden transcript for each group of requests: what an editor sends, word for word, and what it is told. */
describe('debugger: transcripts of requests', function () {
  this.timeout(180_000);
  let client: DapClient;
  beforeEach(() => {
    client = new DapClient();
  });
  afterEach(() => client.close());

  /** Stands at `till.add` of the third article. */
  const launch = async () => {
    await client.launch({ program: till, onBreakpoint: 'later' }, { [till]: [{ line: 10 }] });
    await client.event('stopped');
    await move('reverseContinue', { threadId: 1 });
  };
  const move = async (command: string, args: object) => {
    assert.equal((await client.send(command, args)).success, true);
    await client.event('stopped');
  };
  const frames = async (levels = 2) => {
    const { body } = await client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId: 1, levels });
    return body.stackFrames.map(({ id }) => id);
  };
  /** From here on everything is compared. */
  const from = () => client.said.length;
  const compare = (name: string, start: number) =>
    assertGolden(name, transcript({ said: client.said.slice(start) } as DapClient));

  it('breakpoints on functions, and where breakpoints can stand', async () => {
    await launch();
    const start = from();
    const breakpoints = [
      { name: 'add' },
      { name: 'Till.average' },
      { name: 'nothing' },
      { name: 'discount', condition: 'price > 800', hitCondition: '2' },
      { name: 'discount', condition: 'a b' },
    ];
    await client.send('setFunctionBreakpoints', { breakpoints });
    await client.send('breakpointLocations', { source: { path: till }, line: 9, endLine: 12 });
    await client.send('setBreakpoints', { source: { path: till }, breakpoints: [] });
    await move('reverseContinue', { threadId: 1 });
    await frames(1);
    await client.send('setFunctionBreakpoints', { breakpoints: [] });
    await client.send('setExceptionBreakpoints', { filters: ['all', 'other'] });
    await move('continue', { threadId: 1 });
    await client.send('exceptionInfo', { threadId: 1 });
    await move('reverseContinue', { threadId: 1 });
    compare('functions', start);
  });

  it('goto as travel in time, restart of a frame, and back', async () => {
    await launch();
    const start = from();
    await client.send('gotoTargets', { source: { path: till }, line: 21 });
    await move('goto', { threadId: 1, targetId: 0 });
    const [, caller] = await frames();
    await move('restartFrame', { frameId: caller });
    const [first] = await frames();
    await move('restartFrame', { frameId: first });
    await client.send('gotoTargets', { source: { path: till }, line: 99 });
    await client.send('goto', { threadId: 1, targetId: 77 });
    compare('goto', start);
  });

  it('the calls of a statement, and a step into one of them', async () => {
    await launch();
    await client.send('gotoTargets', { source: { path: till }, line: 39 });
    await move('goto', { threadId: 1, targetId: 0 });
    const [top] = await frames(1);
    const start = from();
    await client.send('stepInTargets', { frameId: top });
    await move('stepIn', { threadId: 1, targetId: 1 });
    const [, caller] = await frames();
    await client.send('stepInTargets', { frameId: caller });
    await client.send('stepIn', { threadId: 1, targetId: 77 });
    compare('stepIn', start);
  });

  it('values: evaluated, copied, changed in a branch', async () => {
    await launch();
    const [top] = await frames(1);
    const start = from();
    await client.send('evaluate', { expression: 'this.log', frameId: top, context: 'clipboard' });
    await client.send('evaluate', { expression: 'name', frameId: top, context: 'clipboard' });
    await client.send('evaluate', { expression: 'this.add', frameId: top, context: 'hover' });
    await client.send('evaluate', { expression: 'this.log.get("tea")', context: 'watch' });
    await client.send('setExpression', { expression: 'price', value: '3302', frameId: top });
    await client.event('invalidated');
    await client.send('setVariable', { variablesReference: 1, name: 'gone', value: '1' });
    await client.event('invalidated');
    await client.send('threads');
    compare('values', start);
  });

  it('data breakpoints, and what cannot have one', async () => {
    await launch();
    const [top] = await frames(1);
    const start = from();
    await client.send('dataBreakpointInfo', { name: 'this.total', frameId: top });
    await client.send('dataBreakpointInfo', { name: '1 + 1', frameId: top });
    const dataIds = [
      '{"point":27,"frame":0,"expression":"this.total"}',
      'x',
      '{"point":-1,"frame":0,"expression":"a"}',
      '{"point":"x","frame":null,"expression":"a"}',
      '{"point":1000000,"frame":0,"expression":"a"}',
    ];
    await client.send('setDataBreakpoints', { breakpoints: dataIds.map((dataId) => ({ dataId })) });
    await client.send('setBreakpoints', { source: { path: till }, breakpoints: [] });
    await move('reverseContinue', { threadId: 1 });
    compare('data', start);
  });

  it('questions about time', async () => {
    await launch();
    const [top] = await frames(1);
    const start = from();
    const expression = 'this.total';
    await client.send('apex/history', { expression, frameId: top, stream: 'total' });
    await client.send('apex/history', { expression, frameId: top });
    await client.send('apex/visits', { path: till, line: 21, expressions: ['cut'] });
    await client.send('apex/output', { text: 'total' });
    await client.send('apex/whatIf', { change: 'this.total = 1340', frameId: top });
    await move('apex/lastWrite', { expression, frameId: top });
    const [there] = await frames(1);
    await move('apex/nextWrite', { expression, frameId: there });
    for (const name of ['Over', 'Into', 'Out']) await move(`apex/reverseStep${name}`, {});
    await move('apex/goToPoint', { point: '50%' });
    await client.send('apex/timeline', {});
    compare('time', start);
  });

  it('branches: entered, left, renamed, closed', async () => {
    await launch();
    const [top] = await frames(1);
    const start = from();
    const change = { change: 'this.total = 1340', frameId: top, name: 'less in the till', enter: true };
    await move('apex/whatIf', change);
    const [there] = await frames(1);
    await client.send('evaluate', { expression: 'till.total', frameId: there, context: 'watch' });
    await client.send('apex/lastWrite', { expression: 'till.total', frameId: there });
    await client.send('apex/branches', {});
    await move('stepBack', { threadId: 1 });
    await client.send('apex/renameBranch', { branch: 1, name: 'an emptier till' });
    await move('apex/enterBranch', { branch: 1 });
    await client.send('apex/closeBranch', { branch: 1 });
    await client.event('stopped');
    await client.send('apex/enterBranch', { branch: 1 });
    compare('branches', start);
  });

  it('the changed source, and the recorded one', async () => {
    await launch();
    const start = from();
    const text = readFileSync(till, 'utf8').replace(/total/g, 'sum');
    await client.send('apex/whatIfSource', {});
    await move('apex/whatIfSource', { texts: [{ path: till, text }], enter: true });
    await frames(1);
    await move('stepBack', { threadId: 1 });
    await client.send('apex/recordedSource', { path: till });
    compare('changed', start);
  });

  it('a client that counts from 0', async () => {
    await client.send('initialize', { adapterID: 'x', linesStartAt1: false, columnsStartAt1: false });
    await client.event('initialized');
    await client.send('launch', { program: till, onBreakpoint: 'later' });
    await client.send('setBreakpoints', { source: { path: till }, breakpoints: [{ line: 9 }] });
    await client.send('setExceptionBreakpoints', { filters: [] });
    await client.send('configurationDone');
    await client.event('stopped');
    const start = from();
    await move('reverseContinue', { threadId: 1 });
    const [frameId] = await frames(1);
    await client.send('completions', { text: 'pri', column: 3, frameId });
    await client.send('breakpointLocations', { source: { path: till }, line: 9 });
    compare('zero', start);
  });

  it('what a part of the recording cost, and the part that questions keep to', async () => {
    await launch();
    const start = from();
    await client.send('apex/callTree');
    await client.send('apex/focus', { from: 5, to: '50%' });
    await client.send('apex/callTree', {});
    await client.send('apex/profile', {});
    await client.send('apex/visits', { path: till, line: 10 });
    await client.send('apex/focus', {});
    await client.send('apex/play', { speed: 0 });
    await client.send('apex/play', { speed: 'fast' });
    compare('costs', start);
  });

  it('a request that is cancelled, and others that are open meanwhile', async () => {
    await launch();
    const [top] = await frames(1);
    const endless = client.send('evaluate', { expression: '(() => { for (;;); })()', frameId: top, context: 'repl' });
    const requestId = (client.said.at(-1) as DebugProtocol.Request).seq;
    await client.send('threads');
    await client.send('cancel', { requestId });
    const { success, message } = await endless;
    assert.deepEqual([success, message], [false, 'cancelled']);
    assert.equal((await client.send('cancel', { requestId: 99_999 })).success, true, 'too late is no error');
    assert.equal((await client.send('scopes', { frameId: top })).success, true, 'the moment is still there');
  });

  it('a condition that never ends holds back no other breakpoint', async () => {
    await launch();
    const { body } = await client.send<DebugProtocol.SetBreakpointsResponse['body']>('setBreakpoints', {
      source: { path: till },
      breakpoints: [
        { line: 10, condition: '(() => { for (;;); })()' },
        { line: 10, condition: 'price > 800' },
      ],
    });
    assert.deepEqual(
      body.breakpoints.map(({ verified, message }) => [verified, message]),
      [
        [false, 'Its condition or expression did not end.'],
        [true, 'Holds twice in the recording.'],
      ].map(([verified, message]) => [verified, String(message).replace('twice', '2 times')]),
    );
  });

  it('texts of sources that are no files', async () => {
    await launch();
    const { body } = await client.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId: 1 });
    const internal = body.stackFrames.find(({ source }) => source?.origin === 'Node.js')?.source;
    const { sourceReference } = internal ?? { sourceReference: 1 };
    if (internal) {
      const answer = await client.send<{ content: string }>('source', { sourceReference, source: internal });
      assert.ok(answer.body.content.length > 100);
    }
    assert.equal((await client.send('source', { sourceReference: 999 })).success, false);
  });
});

describe('what the debugger claims', () => {
  const golden = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.golden.json'))
    .flatMap((name) => JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')) as Said[]);
  interface Said {
    type: string;
    command?: string;
    success?: boolean;
    body?: Record<string, unknown>;
  }
  const answered = new Set(
    golden.flatMap(({ type, success, command }) => (type === 'response' && success ? command : [])),
  );

  /** Compared by tests of their own, because what they tell differs from run to run. */
  const elsewhere = ['attach', 'pause', 'restart', 'cancel', 'source', 'disconnect'];

  for (const name of Object.keys(requestSchemas).filter((one) => !elsewhere.includes(one))) {
    it(`${name} is in a golden transcript, answered`, () => assert.ok(answered.has(name)));
  }

  it('is backed by a request for each capability', () => {
    const requests: Record<string, string> = {
      supportsConfigurationDoneRequest: 'configurationDone',
      supportsStepBack: 'stepBack',
      supportsCompletionsRequest: 'completions',
      supportsSetVariable: 'setVariable',
      supportsSetExpression: 'setExpression',
      supportsRestartRequest: 'restart',
      supportsDataBreakpoints: 'setDataBreakpoints',
      supportsTerminateRequest: 'terminate',
      supportsExceptionInfoRequest: 'exceptionInfo',
      supportsLoadedSourcesRequest: 'loadedSources',
      supportsFunctionBreakpoints: 'setFunctionBreakpoints',
      supportsBreakpointLocationsRequest: 'breakpointLocations',
      supportsGotoTargetsRequest: 'gotoTargets',
      supportsRestartFrame: 'restartFrame',
      supportsStepInTargetsRequest: 'stepInTargets',
      supportsCancelRequest: 'cancel',
    };
    /** Ways to use a request; the transcripts hold each of them. */
    const manners = [
      'supportsConditionalBreakpoints',
      'supportsHitConditionalBreakpoints',
      'supportsLogPoints',
      'supportsEvaluateForHovers',
      'supportsDelayedStackTraceLoading',
      'supportsClipboardContext',
    ];
    const { body } = golden.find(({ command, type }) => command === 'initialize' && type === 'response')!;
    const claimed = Object.entries(body!).flatMap(([name, value]) => (value === true ? name : []));
    assert.deepEqual(claimed.filter((name) => !manners.includes(name)).sort(), Object.keys(requests).sort());
    for (const request of Object.values(requests)) assert.ok(request in requestSchemas, request);
  });
});
