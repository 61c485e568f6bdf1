import assert from 'node:assert/strict';
import { join } from 'node:path';
import { plainLauncher } from './launch.ts';
import { ReplaySession } from './replaySession.ts';

const path = join(import.meta.dirname, 'fixtures/kindsOfCalls.cjs');

describe('arriving at a point', function () {
  this.timeout(120_000);
  let session: ReplaySession;
  before(async () => {
    session = await ReplaySession.open(plainLauncher(process.execPath, path));
  });
  after(() => session.close());

  it('knows the same calls before the debugger stops as it gives then', async () => {
    for (let point = 1; point <= session.end.point; point++) {
      const arrived = await session.arriveAt(point);
      const frames = [...arrived.frames];
      const soon = frames.map(({ name, path, line, column, program }) => ({ name, path, line, column, program }));
      await arrived.whole;
      const whole = arrived.frames.map(({ name, path, line, column, program }) => ({
        name,
        path,
        line,
        column,
        program,
      }));
      assert.deepEqual(soon, whole, `point ${point}`);
      // Who has taken a frame has it with its scopes now.
      assert.ok(frames[0]!.callFrameId && frames[0]!.scopes.length, `point ${point}`);
    }
  });

  it('answers a question that is asked before its debugger has stopped', async () => {
    const [adding] = await session.visits([{ path, line: 28 }]);
    const arrived = await session.arriveAt(adding!.points.at(-1)!);
    const { stops } = (await arrived.scriptText(path))!;
    assert.ok(stops.length > 20);
    assert.deepEqual(await session.evaluate(adding!.points[0]!, 0, 'value'), { value: '1' });
  });
});
