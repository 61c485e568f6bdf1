import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { DapClient } from './dapClient.ts';
import { assertGolden, transcript } from './transcript.ts';

const fixture = (name: string) => join(import.meta.dirname, '../fixtures/till', name);
const till = fixture('till.cjs');

type Body<Name extends keyof Bodies> = Bodies[Name];
interface Bodies {
  stackTrace: DebugProtocol.StackTraceResponse['body'];
  scopes: DebugProtocol.ScopesResponse['body'];
  variables: DebugProtocol.VariablesResponse['body'];
  evaluate: DebugProtocol.EvaluateResponse['body'];
  setBreakpoints: DebugProtocol.SetBreakpointsResponse['body'];
  dataBreakpointInfo: DebugProtocol.DataBreakpointInfoResponse['body'];
  setDataBreakpoints: DebugProtocol.SetDataBreakpointsResponse['body'];
}

describe('debugger', function () {
  this.timeout(180_000);
  let client: DapClient;
  beforeEach(() => {
    client = new DapClient();
  });
  afterEach(() => client.close());

  const ask = <Name extends keyof Bodies>(name: Name, args: object = { threadId: 1 }) =>
    client.send<Body<Name>>(name, args);
  /** Sends a request that moves in time and gives where it arrived, as `function:line`. */
  const move = async (command: string, args: object = { threadId: 1 }) => {
    await client.send(command, args);
    await client.event('stopped');
    return where();
  };
  const where = async () => {
    const { body } = await ask('stackTrace');
    return `${body.stackFrames[0]!.name}:${body.stackFrames[0]!.line}`;
  };
  const evaluate = async (expression: string, context = 'watch') => {
    const { body: stack } = await ask('stackTrace');
    const answer = await ask('evaluate', { expression, context, frameId: stack.stackFrames[0]!.id });
    return answer.success
      ? answer.body.result
      : (answer.body as unknown as { error: DebugProtocol.Message }).error.format;
  };

  it('records a program and travels in it', async () => {
    const breakpoints = {
      [till]: [{ line: 10 }, { line: 21, logMessage: '{price} less {percent} % is {price - cut}' }],
    };
    await client.launch({ program: till, onBreakpoint: 'later' }, breakpoints);
    await client.event('stopped');
    const { body: stack } = await ask('stackTrace');
    const { body: scopes } = await ask('scopes', { frameId: stack.stackFrames[0]!.id });
    await ask('variables', { variablesReference: scopes.scopes[0]!.variablesReference });
    await client.send('exceptionInfo', { threadId: 1 });
    for (const command of ['stepBack', 'reverseContinue', 'stepOut', 'next', 'stepIn', 'continue']) await move(command);
    await client.send('loadedSources');
    await client.send('setVariable', { variablesReference: 1, name: 'a', value: '1' });
    await client.send('terminate');
    await client.event('terminated');
    assertGolden('travel', transcript(client));
  });

  it('steps in both directions, over, into and out of calls', async () => {
    await client.launch({ program: till, stopOnEntry: true }, { [till]: [{ line: 26 }] });
    await client.event('stopped');
    assert.equal(await where(), '(anonymous):2');
    assert.equal(await move('continue'), 'day:26');
    assert.equal(await evaluate('name'), "'tea'");
    assert.equal(await move('stepIn'), 'discount:20');
    assert.equal(await move('stepOut'), 'day:27');
    assert.equal(await evaluate('reduced'), '108');
    assert.equal(await move('stepBack'), 'day:26', 'back over the call');
    assert.equal(await move('next'), 'day:27', 'forward over the call');
    assert.equal(await move('apex/reverseStepInto'), 'discount:21', 'back into the end of the call');
    assert.equal(await move('apex/reverseStepOut'), 'day:26', 'back out of the call');
    assert.equal(await move('apex/goToPoint', { point: '100%' }), 'day:36');
    assert.equal(await move('apex/goToPoint', { point: 1 }), '(anonymous):2');
    assert.equal(await move('stepBack'), '(anonymous):2', 'there is nothing before the beginning');
  });

  it('finds hits backwards and forwards, by condition and by number', async () => {
    const lines = [
      { line: 10, condition: 'price > 800' },
      { line: 12, hitCondition: '2' },
    ];
    await client.launch({ program: till, stopOnEntry: true }, { [till]: lines });
    await client.event('stopped');
    const seen: string[] = [];
    for (let i = 0; i < 4; i++) seen.push(`${await move('continue')} ${await evaluate('name')}`);
    assert.deepEqual(seen, ["add:10 'cup'", "add:12 'cup'", "add:10 'pot'", "add:12 'pot'"]);
    assert.equal(await move('reverseContinue'), 'add:10');
    assert.equal(await move('reverseContinue'), 'add:12');
  });

  it('says why a breakpoint cannot hold', async () => {
    await client.launch({ program: till });
    await client.event('stopped');
    const { body } = await ask('setBreakpoints', {
      source: { path: till },
      breakpoints: [
        { line: 16 },
        { line: 25 },
        { line: 33, condition: 'false' },
        { line: 99 },
        { line: 27, condition: 'a b' },
        { line: 27, hitCondition: 'x' },
      ],
    });
    assert.deepEqual(
      (body.breakpoints as DebugProtocol.Breakpoint[]).map(({ verified, line, message }) => [verified, line, message]),
      [
        [true, 20, 'Holds 3 times in the recording.'],
        [true, 25, 'Holds once in the recording.'],
        [false, 33, 'The condition never held when this line ran in the recording.'],
        [false, 99, 'There is no statement from here on.'],
        [false, 27, '"a b" is no expression: Unexpected token.'],
        [false, 27, '"x" is no hit count; write for example 5, == 5, > 5 or % 3.'],
      ],
    );
    const other = await ask('setBreakpoints', { source: { path: fixture('server.cjs') }, breakpoints: [{ line: 5 }] });
    assert.equal(other.body.breakpoints[0]!.message, 'This file was never loaded in the recording.');
  });

  it('evaluates in the past without changing it, and reaches nothing outside', async () => {
    await client.launch({ program: till }, { [till]: [{ line: 28 }] });
    await client.event('stopped');
    await move('reverseContinue');
    assert.equal(await evaluate('till.total'), '3798');
    assert.equal(await evaluate('till.average'), '1266', 'runs code of the program');
    assert.equal(await evaluate('till.add("x", 1)', 'repl'), '3799', 'runs what would change the program');
    assert.equal(await evaluate('till.total'), '3798', 'the past stays');
    assert.match(await evaluate('till.add("x", 1)', 'hover'), /would change the program/);
    assert.match(await evaluate('process.kill(process.pid)', 'repl'), /reaches outside the program/);
    assert.match(await evaluate('nothing'), /nothing is not defined/);
  });

  it('completes names in scope and properties, without running anything', async () => {
    await client.launch({ program: till, onBreakpoint: 'later' }, { [till]: [{ line: 28 }] });
    await client.event('stopped');
    await move('reverseContinue');
    const { body: stack } = await ask('stackTrace');
    const frameId = stack.stackFrames[0]!.id;
    const complete = async (text: string) => {
      const { body } = await client.send<DebugProtocol.CompletionsResponse['body']>('completions', {
        text,
        column: text.length + 1,
        frameId,
      });
      return body.targets;
    };
    assert.deepEqual(await complete('1 + nam'), [{ label: 'name', type: 'variable', start: 5, length: 3 }]);
    const labels = (await complete('till.')).map(({ label }) => label);
    for (const expected of ['total', 'add', 'average', 'hasOwnProperty'])
      assert.ok(labels.includes(expected), expected);
    assert.deepEqual(await complete('till.tot'), [{ label: 'total', type: 'property', start: 6, length: 3 }]);
    assert.deepEqual(await complete('nothing.'), []);
    assert.deepEqual(await complete('till.average.'), [], 'a getter does not run');
    assert.deepEqual(await complete('"text'), []);
    const said = transcript(client).filter((message) => JSON.stringify(message).includes('"completions"'));
    assertGolden(
      'completions',
      said.filter((message) => !JSON.stringify(message).includes('hasOwnProperty')),
    );
  });

  it('shows the global object, whose classes are loaded only when somebody asks', async () => {
    await client.launch({ program: till, onBreakpoint: 'later' }, { [till]: [{ line: 28 }] });
    await client.event('stopped');
    await move('reverseContinue');
    const { body: stack } = await ask('stackTrace');
    const { body: scopes } = await ask('scopes', { frameId: stack.stackFrames[0]!.id });
    const global = scopes.scopes.find(({ name }) => name === 'Global')!;
    const { success, body } = await ask('variables', { variablesReference: global.variablesReference });
    assert.equal(success, true);
    assert.ok(body.variables.some(({ name }) => name === 'process'));
    assert.equal(await evaluate('till.total'), '3798', 'the moment is still there');
  });

  it('passes through skipped files when it steps', async () => {
    const caller = fixture('caller.cjs');
    const skipFiles = ['**/till/skipped.cjs'];
    await client.launch({ program: caller, skipFiles, onBreakpoint: 'later' }, { [caller]: [{ line: 4 }] });
    await client.event('stopped');
    assert.equal(await move('stepIn'), '(anonymous):4', 'the callback that the skipped file calls');
    assert.equal(await evaluate('item'), '1');
    assert.equal(await move('stepIn'), '(anonymous):4');
    assert.equal(await evaluate('item'), '2');
    assert.equal(await move('stepIn'), '(anonymous):5');
    assert.equal(await move('apex/reverseStepInto'), '(anonymous):4');
    const { body } = await ask('stackTrace');
    const skipped = body.stackFrames.find(({ source }) => source?.name === 'skipped.cjs');
    assert.equal(skipped?.presentationHint, 'subtle');
  });

  it('begins at the assertion that failed in a test', async () => {
    const runtimeArgs = ['--test-name-pattern', 'adds up$'];
    await client.launch({ program: fixture('sum.test.cjs'), runtimeArgs });
    const { description } = (await client.event('stopped')).body as DebugProtocol.StoppedEvent['body'];
    assert.match(description!, /^Failed assertion/);
    assert.equal(await where(), '(anonymous):7');
    assert.equal(await evaluate('sum'), '2');
  });

  it("begins at the test's own line where a library of assertions throws", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'apex-library-'));
    try {
      const library = join(folder, 'node_modules/check');
      mkdirSync(library, { recursive: true });
      writeFileSync(
        join(library, 'index.js'),
        `const colored = (text) => '\\u001b[2m' + text;
function compare(value, expected) {
  if (value === expected) return;
  throw new Error(colored('expect(received).toBe(expected)'));
}
exports.expect = (value) => ({
  toBe(expected) {
    [expected].forEach((one) => compare(value, one));
  },
});
`,
      );
      const program = join(folder, 'sum.test.cjs');
      writeFileSync(
        program,
        `const { test } = require('node:test');
const { expect } = require('check');
test('adds up', () => {
  const sum = 1 + 1;
  expect(sum).toBe(3);
});
`,
      );
      await client.launch({ program });
      const { description, text } = (await client.event('stopped')).body as DebugProtocol.StoppedEvent['body'];
      assert.match(description!, /^Failed assertion/);
      assert.match(text!, /expect\(received\)/);
      assert.equal(await where(), '(anonymous):5');
      assert.equal(await evaluate('sum'), '2');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('finds who wrote a value, and stops at its writes in both directions', async () => {
    await client.launch({ program: till });
    await client.event('stopped');
    const { body: stack } = await ask('stackTrace');
    const frameId = stack.stackFrames[0]!.id;
    const { body: history } = await client.send<{ writes: { value: string }[] }>('apex/history', {
      expression: 'till.total',
      frameId,
    });
    assert.deepEqual(
      history.writes.map(({ value }) => value),
      ['0', '108', '918', '3798'],
    );
    assert.equal(await move('apex/lastWrite', { expression: 'till.total', frameId }), 'add:10');
    assert.equal(await evaluate('name'), "'pot'");
    await move('apex/goToPoint', { point: '100%' });
    const { body: info } = await ask('dataBreakpointInfo', { name: 'till.total', frameId: undefined });
    const { body: set } = await ask('setDataBreakpoints', {
      breakpoints: [{ dataId: info.dataId, accessType: 'write' }],
    });
    assert.deepEqual(
      set.breakpoints.map(({ verified, message }: DebugProtocol.Breakpoint) => [verified, message]),
      [[true, 'Written 4 times in the recording.']],
    );
    const seen: string[] = [];
    for (let i = 0; i < 4; i++) seen.push(await move('reverseContinue'));
    assert.deepEqual(seen, ['add:10', 'add:10', 'add:10', 'Till:6']);
    assert.equal(await move('continue'), 'add:10');
    const none = await client.send<{ error: DebugProtocol.Message }>('apex/lastWrite', { expression: 'till.nothing' });
    assert.equal(none.success, false);
  });

  it('tells what a changed value would have done, and leaves the past as it was', async () => {
    await client.launch({ program: till }, { [till]: [{ line: 27 }] });
    await client.event('stopped');
    await move('reverseContinue');
    const { body: stack } = await ask('stackTrace');
    const { body: scopes } = await ask('scopes', { frameId: stack.stackFrames[0]!.id });
    const [block] = scopes.scopes;
    await ask('variables', { variablesReference: block!.variablesReference });
    const set = await client.send('setVariable', {
      variablesReference: block!.variablesReference,
      name: 'name',
      value: '"kettle"',
    });
    assert.equal(set.success, true, JSON.stringify(set.body));
    await client.event('invalidated');
    assert.equal(await evaluate('name'), "'pot'");
    const { body } = await client.send<{ difference: { printed: string; recorded: string } }>('apex/whatIf', {
      change: 'till.total = 1340',
    });
    assert.deepEqual([body.difference.recorded, body.difference.printed], ['total 3798\n', 'total 4220\n']);
  });

  it('goes to the first difference of a branch, looks around there, and comes back', async () => {
    await client.launch({ program: till }, { [till]: [{ line: 27 }] });
    await client.event('stopped');
    client.send('reverseContinue');
    const here = (await client.event('stopped')).body.description;
    const tried = await client.send<{ branch: number }>('apex/whatIf', { change: 'till.total = 1340', enter: true });
    const there = (await client.event('stopped')).body.description;
    assert.equal(there, 'First difference · what-if: till.total = 1340');
    assert.equal(await where(), 'day:35');
    assert.equal(await evaluate('till.total'), '4220');
    const { body: stack } = await ask('stackTrace');
    const { body: scopes } = await ask('scopes', { frameId: stack.stackFrames[0]!.id });
    const { body: local } = await ask('variables', { variablesReference: scopes.scopes[0]!.variablesReference });
    assert.equal(local.variables.find(({ name }) => name === 'till')?.value, 'Till {total: 4220, log: Map(3)}');
    const refused = await client.send<{ error: { format: string } }>('apex/lastWrite', { expression: 'till.total' });
    assert.equal(refused.success, false);
    assert.match(refused.body.error.format, /This is the branch till\.total = 1340, not the recording/);
    await client.send('apex/renameBranch', { branch: tried.body.branch, name: 'less in the till' });
    await client.send('stepBack');
    const back = (await client.event('stopped')).body.description;
    assert.equal(back.split(' · ').slice(1).join(), here.split(' · ').slice(1).join());
    const list = async () =>
      (await client.send<{ branches: { id: number; name: string; current: boolean }[] }>('apex/branches')).body
        .branches;
    assert.deepEqual(
      (await list()).map(({ name, current }) => [name, current]),
      [['less in the till', false]],
    );
    await client.send('apex/enterBranch', { branch: tried.body.branch });
    await client.event('stopped');
    await client.send('apex/closeBranch', { branch: tried.body.branch });
    const closed = (await client.event('stopped')).body.description;
    assert.match(closed, /^Back from less in the till · .* · past$/);
    assert.deepEqual(await list(), []);
  });

  // Copies of a process that end at the same time once ended each other, in one session of ten.
  it('opens one recording after the other', async () => {
    for (let session = 0; session < 12; session++) {
      const one = new DapClient();
      try {
        await one.launch({ program: till });
        const first = await Promise.race([one.event('stopped'), one.event('terminated')]);
        assert.equal(first.event, 'stopped', JSON.stringify(one.said.at(-2)));
      } finally {
        one.close();
      }
    }
  });

  it('lists when a line ran and what was printed when', async () => {
    await client.launch({ program: till });
    await client.event('stopped');
    const { body: visits } = await client.send<{ visits: { values: string[] }[] }>('apex/visits', {
      path: till,
      line: 21,
      expressions: ['cut'],
    });
    assert.deepEqual(
      visits.visits.map(({ values }) => values),
      [['12'], ['90'], ['320']],
    );
    const { body: output } = await client.send<{ outputs: { text: string; point: string }[] }>('apex/output', {});
    assert.deepEqual(
      output.outputs.map(({ text }) => text),
      ['SyntaxError\n', 'total 3798\n'],
    );
    assert.equal(await move('apex/goToPoint', { point: output.outputs[0]!.point }), 'day:33');
  });

  it('moves into the past when a server is stopped', async () => {
    const server = fixture('server.cjs');
    await client.launch({ program: server }, { [server]: [{ line: 5 }] });
    for (let text = ''; !text.includes('waiting'); ) {
      text += ((await client.event('output')).body as { output: string }).output;
    }
    const early = await client.send('stackTrace', { threadId: 1 });
    assert.equal(early.success, false, 'there is no past yet');
    await client.send('terminate');
    await client.event('stopped');
    assert.equal(await where(), '(anonymous):5');
    assert.equal(await evaluate('visits'), '2', 'before the third visit is counted');
    assert.equal(await move('reverseContinue'), '(anonymous):5');
    assert.equal(await evaluate('visits'), '1');
    await client.send('terminate');
    await client.event('terminated');
  });

  it('records again on restart', async () => {
    await client.launch({ program: till }, { [till]: [{ line: 10 }] });
    await client.event('stopped');
    await client.send('restart');
    await client.event('stopped');
    assert.equal(await where(), 'day:36');
    assert.equal(await move('reverseContinue'), 'add:10');
  });

  it('says what is wrong with a configuration', async () => {
    await client.send('initialize', { adapterID: 'apex-time-travel' });
    for (const [args, message] of [
      [{}, /names neither a "program" to record nor a "recording"/],
      [{ program: '/nowhere/a.js' }, /The program \/nowhere\/a\.js does not exist/],
      [{ program: till, args: 'x' }, /"args"/],
      [{ recording: '/nowhere' }, /The recording \/nowhere does not exist/],
    ] as const) {
      const answer = await client.send<{ error: DebugProtocol.Message }>('launch', args);
      assert.equal(answer.success, false);
      assert.match(answer.body.error.format, message);
    }
  });
});
