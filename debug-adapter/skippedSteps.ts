import type { ReplaySession } from '../time-travel/replay/engine/replaySession.ts';
import type { Direction } from '../time-travel/replay/engine/steps.ts';

/** Statements of skipped files that a step passes at most. */
const LONGEST_LOOK = 20_000;

/** The nearest statement, from a point on, in a file that is not skipped. */
export async function pastSkipped(
  { index, moments, end }: ReplaySession,
  skips: (path: string) => boolean,
  from: number,
  direction: Direction,
): Promise<number> {
  const paths = new Map(index.scripts.map(({ id, path }) => [id, path]));
  for (let point = from, size = 32; ; size = Math.min(size * 2, LONGEST_LOOK)) {
    const until = Math.min(end.point, Math.max(1, point + direction * size));
    await moments.load(Math.min(point, until), Math.max(point, until));
    for (; point !== until; point += direction) {
      if (!skips(paths.get(moments.known(point)?.script ?? -1) ?? '')) return point;
    }
    if (Math.abs(point - from) >= LONGEST_LOOK || until === end.point || until === 1) return point;
  }
}
