import assert from 'node:assert/strict';
import { join } from 'node:path';
import { plainLauncher } from './launch.ts';
import { ReplaySession } from './replaySession.ts';
import type { Direction, StepKind } from './steps.ts';

const path = join(import.meta.dirname, 'fixtures/longCalls.cjs');

describe('replay session: steps over long calls', function () {
  this.timeout(120_000);
  let session: ReplaySession;
  before(async () => {
    session = await ReplaySession.open(plainLauncher(process.execPath, path));
  });
  after(() => session.close());

  const line = async (point: number) => (await session.moments.at(point)).line + 1;
  const hits = async (at: number) => (await session.visits([{ path, line: at - 1 }]))[0]!.points;
  const step = (from: number, kind: StepKind, direction: Direction) => session.step(from, kind, direction);

  it('goes over millions of statements, and back', async () => {
    const [call] = await hits(13);
    const after = await step(call!, 'over', 1);
    assert.equal(await line(after), 14);
    assert.ok(after - call! > 2_000_000, `${after - call!} statements`);
    assert.equal(await step(after, 'over', -1), call);
  });

  it('goes over deep recursion, and back', async () => {
    const [call] = await hits(14);
    const after = await step(call!, 'over', 1);
    assert.equal(await line(after), 15);
    assert.equal(await step(after, 'over', -1), call);
    const inner = (await hits(8))[3]!;
    const next = await step(inner, 'over', 1);
    assert.equal(await line(next), 9, 'in its own call');
    assert.equal(await step(next, 'over', -1), inner);
  });

  it('goes out of a loop, and back to where it was called', async () => {
    const inside = (await hits(3))[0]! + 1_000_000;
    assert.equal(await line(inside), 3);
    assert.equal(await line(await step(inside, 'out', 1)), 14, 'the arrow has no other statement');
    assert.equal(await line(await step(inside, 'out', -1)), 11);
  });

  it('goes from the last statement of a turn to the next turn', async () => {
    const [last] = await hits(27);
    const next = await step(last!, 'over', 1);
    assert.equal(await line(next), 19, 'a call that waited goes on');
    assert.ok(next - last! > 30_000);
  });

  it('stays in its own call over await', async () => {
    const starts = await hits(18);
    for (const [index, start] of starts.entries()) {
      const seen: number[] = [];
      let point = start;
      for (let steps = 0; steps < 40 && (await line(point)) < 21; steps++) {
        seen.push(point);
        point = await step(point, 'over', 1);
      }
      assert.equal(await line(point), 21);
      assert.equal(seen.length, 2 + [2, 5, 1][index]! + 1, `call ${index}`);
      for (const before of seen.reverse()) {
        point = await step(point, 'over', -1);
        assert.equal(point, before, `call ${index}`);
      }
    }
  });
});
