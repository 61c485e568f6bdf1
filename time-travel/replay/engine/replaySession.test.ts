import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { plainLauncher } from './launch.ts';
import { ReplaySession } from './replaySession.ts';
import type { Direction, StepKind } from './steps.ts';

const path = join(import.meta.dirname, 'fixtures/steps.cjs');
const open = (fork?: boolean) => ReplaySession.open(plainLauncher(process.execPath, path), { fork });

describe('replay session', function () {
  this.timeout(180_000);
  let session: ReplaySession;
  before(async () => {
    session = await open();
  });
  after(() => session.close());

  /** `line:column` (from 1) of the statement at a point. */
  const place = async (point: number) => {
    const { line, column } = await session.moments.at(point);
    return `${line + 1}:${column + 1}`;
  };
  const hits = async (line: number) => (await session.visits([{ path, line: line - 1 }]))[0]!.points;

  it('knows what was printed and when, with the columns and texts of the program as written', () => {
    assert.deepEqual(
      session.index.outputs.map(({ text }) => text),
      [
        '6\n',
        '144\n',
        "Cannot read properties of null (reading 'x') at Object.<anonymous> (steps.cjs:19:8)\n",
        'function twice(x) {\n  const y = x * 2;\n  return y;\n} 51\n',
      ],
    );
    const points = session.index.outputs.map(({ point }) => point);
    assert.deepEqual(
      points,
      points.toSorted((a, b) => a - b),
    );
    assert.equal(session.end.exitCode, 0);
  });

  it('finds every visit of a place, by condition, with values', async () => {
    const places = [
      { path, line: 11, condition: 'by % 20 === 0', expressions: ['by', 'state.count'] },
      { path, line: 12 },
      { path, line: 500 },
      { path: '/elsewhere.js', line: 1 },
    ];
    const [some, all, below, elsewhere] = await session.visits(places);
    assert.equal(some!.values.length, 3);
    const values = some!.points.map((_, visit) => some!.values.at(visit));
    assert.deepEqual(values, [
      ['0', '0'],
      ['20', '190'],
      ['40', '780'],
    ]);
    assert.equal(all!.points.length, 51);
    assert.deepEqual([below!.loaded, below!.resolved, elsewhere!.loaded], [true, undefined, false]);
    assert.equal(await place(all!.points[7]!), '13:3');
  });

  it('does not let a condition run the program or move time', async () => {
    const [first] = await session.visits([{ path, line: 12, condition: 'fib(10) === 55' }]);
    assert.deepEqual(first!.points, await hits(13));
  });

  it('reports exceptions where they were thrown', async () => {
    const exceptions = await session.exceptions();
    assert.equal(exceptions.length, 1);
    assert.equal(exceptions[0]!.uncaught, false);
    assert.equal(await place(exceptions[0]!.point), '19:3');
  });

  it('stands at a point with its stack and variables', async () => {
    const [, second] = await hits(3);
    const paused = await session.pauseAt(second!);
    assert.deepEqual(
      paused.frames.filter(({ program }) => program).map(({ name, line, column }) => [name, line + 1, column + 1]),
      [
        ['twice', 3, 3],
        ['add', 5, 34],
        ['', 15, 13],
      ],
    );
    const { result } = await paused.cdp<{ result: { value: unknown } }>('Debugger.evaluateOnCallFrame', {
      callFrameId: paused.frames[0]!.callFrameId,
      expression: 'x + y',
    });
    assert.equal(result.value, 6);
  });

  it('changes a copy, not the past', async () => {
    const [first] = await hits(12);
    const paused = await session.pauseAt(first!);
    const read = async (process: typeof paused, expression: string) => {
      const answer = await process.cdp<{ result: { value: unknown } }>('Debugger.evaluateOnCallFrame', {
        callFrameId: process.frames[0]!.callFrameId,
        expression,
      });
      return answer.result.value;
    };
    const copy = (await paused.copy())!;
    assert.equal(await read(copy, 'change(7), state.count'), 7);
    assert.equal(await read(copy, 'state.count'), 7);
    assert.equal(await read(paused, 'state.count'), 0);
    copy.close();
  });

  it('steps over, into and out of calls in both directions', async () => {
    const [call] = await hits(15);
    const step = async (from: number, kind: StepKind, direction: Direction) =>
      place(await session.step(from, kind, direction));
    assert.equal(await step(call!, 'over', 1), '16:1');
    assert.equal(await step(call!, 'in', 1), '5:23');
    const [inside] = await hits(2);
    assert.equal(await step(inside!, 'out', 1), '16:1', 'the caller has no other statement');
    const [recursive] = await hits(16);
    assert.equal(await step(recursive!, 'over', 1), '17:1', 'over thousands of statements');
    const [loop] = await hits(17);
    assert.equal(await step(loop!, 'over', -1), '16:1');
    assert.equal(await step(inside!, 'over', -1), '5:23', 'back to the caller');
    assert.equal(await session.step(1, 'over', -1), 1);
    assert.equal(await session.step(session.end.point, 'over', 1), session.end.point);
  });

  it('goes over a call and back to where it was', async () => {
    const points = (await hits(17)).slice(0, 1).concat(await hits(12), await hits(8));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...points), async (point) => {
        const { depth } = await session.moments.at(point);
        const next = await session.step(point, 'over', 1);
        const after = await session.moments.at(next);
        assert.ok(after.depth <= depth);
        if (after.depth === depth) assert.equal(await session.step(next, 'over', -1), point);
      }),
      { numRuns: 20 },
    );
  });

  it('knows every value of a variable', async () => {
    const [, call] = await hits(12);
    const { writes, final } = await session.writes.of(call!, 1, 'i');
    assert.deepEqual(
      writes.map(({ after }) => after),
      Array.from({ length: 51 }, (_, i) => String(i)),
    );
    assert.equal(final, '50');
    assert.deepEqual(
      writes.slice(0, 3).map(({ before }) => before),
      [undefined, '0', '1'],
    );
    const inner = (await hits(2))[0]!;
    const { writes: passed } = await session.writes.of(inner, 0, 'x');
    assert.deepEqual(
      passed.map(({ after }) => after),
      ['1'],
    );
  });

  it('knows who wrote a property, and what was there before', async () => {
    const [call] = await hits(23);
    const { writes, final } = await session.writes.of(call!, 0, 'state.count');
    assert.equal(writes.length, 52, 'the literal, and each change');
    assert.equal(await place(writes[0]!.point), '10:1');
    assert.equal(await place(writes.at(-1)!.point), '12:3');
    assert.deepEqual(
      writes.slice(0, 3).map(({ before }) => before),
      [undefined, '0', '0'],
    );
    assert.equal(final, '1226');
    const pushes = await session.writes.of(call!, 0, 'state.items.length');
    assert.equal(pushes.writes.length, 51, 'by a built-in function');
    assert.deepEqual(
      (await session.writes.of(call!, 0, 'state.items[3]')).writes.map(({ before }) => before),
      [undefined],
    );
  });

  it('knows who wrote a variable of this call', async () => {
    const [, second] = await hits(3);
    const { writes } = await session.writes.of(second!, 0, 'y');
    assert.deepEqual(await Promise.all(writes.map(({ point }) => place(point))), ['2:3']);
    assert.equal(writes[0]!.point, second! - 1);
    const { writes: ofState } = await session.writes.of(second!, 2, 'state');
    assert.deepEqual(await Promise.all(ofState.map(({ point }) => place(point))), ['10:1']);
    await assert.rejects(session.writes.of(second!, 0, 'f() + 1'), /is nothing that is written to/);
    await assert.rejects(session.writes.of(second!, 0, 'nothing.x'), /cannot be evaluated/);
  });

  it('runs on with a changed value, to the first difference', async () => {
    const [change] = await hits(13);
    const none = await session.whatIf(change!, 0, 'by');
    assert.equal(none.difference, undefined);
    assert.equal(none.point, session.end.point);
    const longer = await session.whatIf(change!, 0, 'state.items.push(1, 2)');
    assert.equal(longer.value, '2');
    assert.deepEqual(longer.difference, {
      kind: 'output',
      point: longer.outputs.at(-1)!.point,
      recorded: 'function twice(x) {\n  const y = x * 2;\n  return y;\n} 51\n',
      printed: 'function twice(x) {\n  const y = x * 2;\n  return y;\n} 53\n',
    });
    assert.equal((await session.evaluate(change!, 0, 'state.items.length')).value, '0', 'the past stays');
    await assert.rejects(session.whatIf(change!, 0, 'nothing.x = 1'), /nothing is not defined/);
  });

  it('survives the death of its processes', async () => {
    const paused = await session.pauseAt(10);
    paused.close();
    const again = await session.pauseAt(10);
    assert.equal(again.point, 10);
    assert.notEqual(again, paused);
  });

  it('answers the same where processes cannot be copied', async () => {
    const other = await open(false);
    try {
      assert.deepEqual(other.index, session.index);
      const place = { path, line: 11, condition: 'by === 3', expressions: ['state'] };
      assert.deepEqual(await other.visits([place]), await session.visits([place]));
      assert.deepEqual(await other.exceptions(), await session.exceptions());
      assert.equal(await other.step(40, 'over', -1), await session.step(40, 'over', -1));
      const names = async (one: ReplaySession) => (await one.pauseAt(40)).frames.map(({ name, line }) => [name, line]);
      assert.deepEqual(await names(other), await names(session));
    } finally {
      other.close();
    }
  });
});
