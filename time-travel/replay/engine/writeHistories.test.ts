import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { WrittenValue } from '../agent/jobs.ts';
import { plainLauncher } from './launch.ts';
import { ReplaySession } from './replaySession.ts';

const PROGRAM = join(import.meta.dirname, 'fixtures/values.cjs');

describe('history of an expression, told while it is found', function () {
  this.timeout(120_000);
  let session: ReplaySession;
  let asked: { point: number; frame: number; expression: string };

  before(async () => {
    session = await ReplaySession.open(plainLauncher(process.execPath, PROGRAM));
    const [loop] = await session.visits([{ path: PROGRAM, line: 3 }]);
    asked = { point: loop!.points[0]!, frame: 0, expression: 'state.sum' };
  });
  after(() => session.close());

  const streamed = async (expression: string) => {
    const parts: WrittenValue[][] = [];
    const { signal } = new AbortController();
    const history = await session.writes.stream({ ...asked, expression }, (part) => parts.push(part), signal);
    return { parts, history };
  };

  for (const expression of ['state.sum', 'local']) {
    it(`has the values of ${expression} in parts, the same as at the end`, async () => {
      const { parts, history } = await streamed(expression);
      const { writes, final } = history;
      assert.ok(parts.length > 5, `${parts.length} parts`);
      assert.ok(parts[0]!.length < 10, 'the first come soon');
      const all = writes.map(({ point, after }, index) => {
        return { point, value: after ?? (index + 1 < writes.length ? writes[index + 1]!.before : final) };
      });
      const told = parts.flat();
      assert.ok(told.length > 10_000 && told.length < all.length);
      assert.deepEqual(told, all.slice(0, told.length));
      assert.equal(all.at(-1)!.value, expression === 'local' ? '11999' : '71994000');
      const again = await streamed(expression);
      assert.deepEqual([again.history, again.parts], [history, []], 'it is known then');
    });
  }

  it('can be ended, and asked again', async () => {
    const ending = new AbortController();
    const twice = { ...asked, expression: 'state.twice' };
    await assert.rejects(
      session.writes.stream(twice, () => ending.abort(), ending.signal),
      { code: 'cancelled' },
    );
    const { writes } = await session.writes.of(twice.point, twice.frame, twice.expression);
    assert.equal(writes.length, 12_001);
  });
});
