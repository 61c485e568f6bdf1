import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPinnedNode } from '../../../runtime/findNode.ts';
import { recordProgram } from '../../recording/recordProgram.ts';
import { recordingLauncher } from './launch.ts';
import { ReplaySession } from './replaySession.ts';

const path = join(import.meta.dirname, 'fixtures/later.cjs');

describe('replay session: what registered a callback', function () {
  this.timeout(120_000);
  let folder: string;
  let session: ReplaySession;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'apex-parents-'));
    // Recorded: it reads a file, and a copy of a process that really does has no thread that would go on reading.
    const out = join(folder, 'recording');
    await recordProgram({ out, words: [path], node: findPinnedNode(), attach: (child) => child.stdout?.resume() });
    session = await ReplaySession.open(recordingLauncher(out, [process.execPath]));
  });
  after(() => {
    session?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** How the first visit of a line (or of a column of it) came about, as `label@line`, nearest first. */
  const chain = async (line: number, column?: number) => {
    const [visits] = await session.visits([{ path, line: line - 1, column }]);
    const parents = await session.asyncParents.chain(visits!.points[0]!, 10);
    const lines = await Promise.all(parents.map(async ({ point }) => (await session.moments.at(point)).line + 1));
    return parents.map(({ label }, index) => `${label}@${lines[index]}`);
  };

  it('is nothing for the main script', async () => {
    assert.deepEqual(await chain(51), []);
    assert.deepEqual(await chain(5), []);
  });

  it('is the statement that waited, in the call that waited', async () => {
    assert.deepEqual(await chain(6), ['await@5']);
    assert.deepEqual(await chain(11), ['await@10'], 'not the last statement of the function it called');
    assert.deepEqual(await chain(12), ['await@11', 'await@10']);
  });

  it('is the call that took a callback', async () => {
    assert.deepEqual(await chain(31, 25), ['process.nextTick@31']);
    assert.deepEqual(await chain(32, 23), ['queueMicrotask@32']);
    assert.deepEqual(await chain(35), ['file@34']);
    assert.deepEqual(await chain(41), ['file@34'], 'also deeper in the callback');
    assert.deepEqual(await chain(41, 40), ['promise.then@41', 'file@34']);
    assert.deepEqual(await chain(17), ['setTimeout@16', 'file@34']);
    assert.deepEqual(await chain(19), ['setImmediate@18', 'setTimeout@16', 'file@34']);
    assert.deepEqual(await chain(26), ['setInterval@25', 'setImmediate@18', 'setTimeout@16', 'file@34']);
  });

  it('does not grow with a loop that waits', async () => {
    const rounds = (await session.visits([{ path, line: 46 - 1 }]))[0]!.points;
    assert.equal(rounds.length, 300);
    const parents = await session.asyncParents.chain(rounds.at(-1)!, 10);
    assert.deepEqual(
      parents.map(({ label }) => label),
      ['await', 'await'],
    );
    assert.equal(parents[0]!.point, rounds.at(-2)! + 1, 'the wait before');
    assert.equal(parents[1]!.point, rounds[0]! + 1, 'the first wait, in which the caller is on the stack');
  });
});
