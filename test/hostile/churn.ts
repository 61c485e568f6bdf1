import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Outcome } from '../../protocol/sandbox.ts';
import { Supervisor } from '../../sandbox-host/supervisor/supervisor.ts';

/** What was held after so many sandboxes: MiB. */
export interface ChurnSample {
  after: number;
  /** Of the host, after a garbage collection. */
  heapMb: number;
  rssMb: number;
  /** Of all workers together, above empty ones. */
  workerMb: number;
}

/** How many live at one time. */
const AT_ONCE = 8;

/** Runs `file` in `count` sandboxes of development mode, a few at a time, and looks at memory every `every` of them. */
export async function churn(file: string, count: number, every: number) {
  const endings = new Map<string, (outcome: Outcome) => void>();
  const early = new Map<string, Outcome>();
  const supervisor = new Supervisor({
    output: () => {},
    changed: () => {},
    stateChanged: () => {},
    ended: (id, outcome) => (endings.get(id) ?? ((known) => early.set(id, known)))(outcome),
  });
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const samples: ChurnSample[] = [];
  // One that stays keeps the shared worker alive, so that what it holds is seen.
  const stays = await supervisor.start({ file, mode: 'development', keep: true });
  await stays.ran;
  const runOne = async () => {
    const { plan } = await supervisor.start({ file, mode: 'development' });
    const outcome = early.get(plan.id) ?? (await new Promise<Outcome>((resolve) => endings.set(plan.id, resolve)));
    endings.delete(plan.id);
    early.delete(plan.id);
    if (!outcome.ok) throw new Error(`a sandbox failed: ${outcome.failure.message}`);
  };
  const sample = (after: number) => {
    collect();
    const { heapUsed, rss } = process.memoryUsage();
    samples.push({
      after,
      heapMb: round(heapUsed),
      rssMb: round(rss),
      workerMb: Math.round(supervisor.workerMemoryMb),
    });
  };
  try {
    for (let done = 0; done < count; ) {
      const batch = Math.min(every, count - done);
      let left = batch;
      await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
          while (left-- > 0) await runOne();
        }),
      );
      done += batch;
      sample(done);
    }
    const { workers } = await supervisor.status();
    return { samples, workers, listed: supervisor.list().length };
  } finally {
    supervisor.close();
  }
}

function round(bytes: number): number {
  return Math.round((bytes / 2 ** 20) * 10) / 10;
}
