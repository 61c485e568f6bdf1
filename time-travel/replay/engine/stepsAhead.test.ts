import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findKoffi, plainLauncher } from './launch.ts';
import type { PausedProcess } from './pausedProcess.ts';
import { ReplaySession } from './replaySession.ts';
import { StepsAhead } from './stepsAhead.ts';

const path = join(import.meta.dirname, 'fixtures/longCalls.cjs');

describe('steps that are prepared', function () {
  this.timeout(120_000);
  let session: ReplaySession;
  /** Where processes were sent to, in order. */
  let sent: Map<number, Promise<PausedProcess>>;
  let ahead: StepsAhead;
  before(async function () {
    if (!findKoffi()) this.skip();
    session = await ReplaySession.open(plainLauncher(process.execPath, path));
  });
  after(() => session?.close());
  beforeEach(() => {
    sent = new Map();
    ahead = new StepsAhead({
      moments: session.moments,
      end: session.end,
      mayPrepare: true,
      arriveAt(point) {
        sent.set(point, session.arriveAt(point));
        return sent.get(point)!;
      },
    });
  });

  const isSentTo = async (point: number) => {
    while (!sent.has(point)) await pause(20);
    return sent.get(point)!;
  };
  const inTheLoop = async () => (await session.visits([{ path, line: 2 }]))[0]!.points[0]! + 1000;

  it('have a process where they lead, which those who step get', async () => {
    const point = await inTheLoop();
    ahead.prepare(point);
    for (const direction of [-1, 1] as const) {
      const target = await session.step(point, 'over', direction);
      const prepared = await isSentTo(target);
      assert.equal(await session.arriveAt(target), prepared);
      assert.equal(prepared.point, target);
    }
    assert.equal(sent.size, 3);
  });

  it('are those from where one is, not from where one was', async () => {
    const point = await inTheLoop();
    const other = point + 500;
    ahead.prepare(point);
    ahead.prepare(other);
    await isSentTo(await session.step(other, 'over', 1));
    const back = await session.step(other, 'over', -1);
    assert.deepEqual(
      [...sent.keys()].toSorted(),
      [point, back, other, await session.step(other, 'over', 1)].toSorted(),
    );
  });
});
