import type { Checkpoints } from './checkpoints.ts';

/** Milliseconds of replay between two checkpoints that are worth one more. */
const LONG = 100;
const MOST = 160;
/** Milliseconds between two looks at whether somebody asks. */
const PAUSE = 50;

interface Filling {
  checkpoints: Checkpoints;
  /** Where the program ended, and when replay came there (as `at` of checkpoints). */
  ended: { point: number; at: number };
  gap?: number;
  mayGoOn(): boolean;
  isIdle(): boolean;
  /** Leaves a checkpoint at about a point, to which replay comes `at` milliseconds after its beginning. */
  leave(point: number, at: number): Promise<void>;
}

/** Leaves one checkpoint after the other in the middle of what is the longest way then. */
export async function fillGaps({ checkpoints, ended, gap = LONG, mayGoOn, isIdle, leave }: Filling): Promise<void> {
  while (mayGoOn() && checkpoints.all.length < MOST) {
    if (!isIdle()) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE).unref());
      continue;
    }
    const [from, to] = longestWay([...checkpoints.spread, ended]);
    if (!from || !to || to.at - from.at < gap || to.point - from.point < 2) return;
    await leave(Math.floor((from.point + to.point) / 2), (from.at + to.at) / 2);
  }
}

type Stage = Pick<Filling['ended'], 'point' | 'at'>;

function longestWay(stages: readonly Stage[]): [Stage?, Stage?] {
  let longest: [Stage?, Stage?] = [];
  for (let i = 1; i < stages.length; i++) {
    const [from, to] = [stages[i - 1]!, stages[i]!];
    if (!longest[0] || to.at - from.at > longest[1]!.at - longest[0].at) longest = [from, to];
  }
  return longest;
}
