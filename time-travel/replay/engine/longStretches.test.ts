// The count is looked at where a program loops or calls. Where it does neither for long, a point is still exact.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainLauncher } from './launch.ts';
import { ReplaySession } from './replaySession.ts';

/** Statements without a loop or a call: many times the margin. */
const LONG = 8000;

describe('points in stretches that neither loop nor call', function () {
  this.timeout(180_000);
  let folder: string;
  let session: ReplaySession;
  const path = () => join(folder, 'long.cjs');
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'apex-long-'));
    const stretch = Array.from({ length: LONG }, (_, index) => `n = ${index};`).join('\n');
    writeFileSync(path(), `let n = -1;\n${stretch}\nfor (const k of [1, 2, 3]) n += k;\nn;\n`);
    session = await ReplaySession.open(plainLauncher(process.execPath, path()));
  });
  after(() => {
    session.close();
    rmSync(folder, { recursive: true });
  });

  for (const point of [1, 2, 900, 3000, LONG / 2, LONG, LONG + 1]) {
    it(`stands at statement ${point}`, async () => {
      const { frames } = await session.pauseAt(point);
      assert.equal(frames[0]!.line + 1, point);
      const { value, error } = await session.evaluate(point, 0, 'n');
      if (point === 1) assert.match(error!, /Cannot access 'n'/);
      else assert.equal(value, String(point - 3 < -1 ? -1 : point - 3));
    });
  }

  it('stands at the last statements, behind which nothing is looked at', async () => {
    const { point } = session.end;
    assert.equal(point, LONG + 6);
    assert.equal((await session.evaluate(point, 0, 'n')).value, String(LONG - 1 + 6));
    assert.equal((await session.evaluate(point - 1, 0, 'n')).value, String(LONG - 1 + 3));
    await assert.rejects(session.pauseAt(point + 1), /no point/);
  });

  it('describes each moment of a range', async () => {
    await session.moments.load(LONG / 2, LONG / 2 + 20);
    for (let point = LONG / 2; point <= LONG / 2 + 20; point++) {
      assert.equal((await session.moments.at(point)).line + 1, point);
    }
  });

  it('knows writes from there', async () => {
    const { writes } = await session.writes.of(LONG / 2, 0, 'n');
    assert.equal(writes.length, LONG + 4);
  });
});
