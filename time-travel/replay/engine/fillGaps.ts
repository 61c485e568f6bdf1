import type { Checkpoints } from './checkpoints.ts';

/** A place on the program's way: a point, and the milliseconds of a processor that it takes to come there. */
export interface Stage {
  point: number;
  at: number;
}

/** Milliseconds of replay between two checkpoints that are worth one more. */
const LONG = 100;
/** A way is gone again when it is so many times as long as one between two checkpoints is to be. */
const WORTH = 1.5;
const MOST = 160;
/** Milliseconds between two looks at whether somebody asks. */
export const PAUSE = 50;

interface Filling {
  checkpoints: Checkpoints;
  /** Where the program ended. */
  ended: Stage;
  gap?: number;
  mayGoOn(): boolean;
  isIdle(): boolean;
  /** How many more may be left. */
  room(): number;
  /** Goes from a checkpoint to the next stage and leaves more on the way; false when it was broken off. */
  fill(from: Stage, to: Stage, everyMs: number): Promise<boolean>;
}

/**
 * Goes one long way after the other once more, the longest first, and leaves checkpoints on it. A way on which one
 * statement takes long (a large file is loaded) stays long.
 */
export async function fillGaps({
  checkpoints,
  ended,
  gap = LONG,
  mayGoOn,
  isIdle,
  room,
  fill,
}: Filling): Promise<void> {
  const gone = new Set<number>();
  while (mayGoOn() && checkpoints.all.length < MOST) {
    if (!isIdle()) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE).unref());
      continue;
    }
    const ways = waysOf([...checkpoints.spread, ended]).filter(
      ([from, to]) => !gone.has(from.point) && to.at - from.at >= gap * WORTH,
    );
    const longest = ways.toSorted((a, b) => lengthOf(b) - lengthOf(a))[0];
    if (!longest) return;
    const all = ways.reduce((sum, way) => sum + lengthOf(way), 0);
    const everyMs = Math.max(gap, all / Math.max(1, room()));
    if (await fill(...longest, everyMs)) gone.add(longest[0].point);
  }
}

type Way = [from: Stage, to: Stage];

const lengthOf = ([from, to]: Way): number => to.at - from.at;

function waysOf(stages: readonly Stage[]): Way[] {
  return stages.slice(1).map((stage, index) => [stages[index]!, stage]);
}
