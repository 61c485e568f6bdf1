import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Stage } from './fillGaps.ts';
import { findKoffi, plainLauncher } from './launch.ts';
import { memoryOf, sumOf } from './memory.ts';
import { PausedProcess } from './pausedProcess.ts';
import { ReplayProcesses } from './replayProcesses.ts';
import { ReplaySession } from './replaySession.ts';

const fixture = (name: string) => plainLauncher(process.execPath, join(import.meta.dirname, 'fixtures', name));
const MEGABYTE = 2 ** 20;

/** Goes the whole way once; gives its last point, and what the way took. */
async function goAll(processes: ReplayProcesses, everyMs: number): Promise<Stage> {
  const checkpoints = { everyMs, atMost: 40 };
  const { connection } = await processes.run({ kind: 'index', places: [], checkpoints });
  return new Promise((resolve, reject) => {
    connection.onClose = () => reject(processes.crash());
    connection.onMessage = (message) => {
      if ('event' in message && message.event === 'end') resolve({ point: message.point, at: message.spent });
    };
  });
}

describe('checkpoints', function () {
  this.timeout(180_000);
  let processes: ReplayProcesses;
  before(function () {
    if (!findKoffi()) this.skip();
  });
  afterEach(() => processes?.close());

  it('are left where the way between them is long, and near what is asked for', async () => {
    processes = new ReplayProcesses(fixture('longCalls.cjs'));
    const ended = await goAll(processes, 1e9);
    const end = ended.point;
    assert.deepEqual(processes.checkpoints, [0]);
    processes.fillIn(ended, { gap: 1 });
    while (processes.checkpoints.length < 3) await pause(20);
    const point = end - 1000;
    const far = processes.checkpoints.findLast((known) => known <= point)!;
    assert.ok(0 < far && far < end);
    const standing = await PausedProcess.arrive(processes, await processes.run({ kind: 'goto', point }, point));
    const plain = await ReplaySession.open(fixture('longCalls.cjs'), { fork: false });
    try {
      const { line } = await plain.moments.at(point);
      assert.equal(standing!.frames[0]!.line, line);
    } finally {
      plain.close();
    }
    if (point - far > 300_000) {
      while (!processes.checkpoints.some((known) => known > point - 5000 && known <= point)) await pause(20);
    }
  });

  it('are given up when all together need more memory than they may use', async () => {
    const memory = 300 * MEGABYTE;
    processes = new ReplayProcesses(fixture('rewritten.cjs'), { memory });
    const { point: end } = await goAll(processes, 25);
    while (sumOf(await memoryOf(processes.pids)) > memory) await pause(50);
    assert.equal(processes.checkpoints[0], 0);
    const point = end - 1;
    const standing = await PausedProcess.arrive(processes, await processes.run({ kind: 'goto', point }, point));
    assert.equal(standing!.point, point);
  });
});

describe('a replay that needs more memory than it may use', function () {
  this.timeout(120_000);

  it('ends and says so', async function () {
    if (process.platform !== 'linux') return this.skip();
    const opening = ReplaySession.open(fixture('growing.cjs'), { memory: 200 * MEGABYTE });
    await assert.rejects(opening, { code: 'replay-memory', message: /more than the 200 MB/ });
  });
});
