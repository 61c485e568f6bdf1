import type { ReplaySession } from './replaySession.ts';

/** Moments that are looked at together, and at most. */
const WINDOW = 4000;
const LONGEST = 40_000;

/**
 * The first statements of the calls that the statement at a point makes itself, in order; those that built-in functions
 * or Node's library make for it (callbacks of `map`) are among them.
 */
export async function callsOfStatement(session: ReplaySession, point: number, atMost: number): Promise<number[]> {
  const { moments, end } = session;
  const { depth } = await moments.at(point);
  const found: number[] = [];
  for (let from = point + 1; from <= end.point && from - point < LONGEST; from += WINDOW) {
    const to = Math.min(end.point, from + WINDOW - 1);
    await moments.load(from, to);
    for (let at = from; at <= to; at++) {
      const facts = moments.known(at)!;
      if (facts.depth <= depth) return found;
      if (facts.depth === depth + 1 && facts.entry) found.push(at);
      if (found.length === atMost) return found;
    }
  }
  return found;
}
