import { ApexError } from '../../../protocol/errors.ts';
import type { ReplaySession } from './replaySession.ts';

/** Moments that are looked at together, and at most. */
const WINDOW = 8000;
const LONGEST = 400_000;
/** Steps back within one call that was left and resumed: each may be a whole replay. */
const MOST_STEPS = 60;

/**
 * The first statement of the call that a frame stands in (0: the innermost frame of the program).
 * @throws ApexError `no-call-start` where it lies too far back
 */
export async function callStart(session: ReplaySession, point: number, frame: number): Promise<number> {
  let at = point;
  for (let level = 0; level < frame; level++) at = await session.step(at, 'out', -1);
  const near = await entryInThisTurn(session, at);
  if (near !== undefined) return near;
  for (let steps = 0; steps < MOST_STEPS && at > 1; steps++) {
    at = await session.step(at, 'over', -1);
    if ((await session.moments.at(at)).entry) return at;
  }
  throw new ApexError('no-call-start', 'This call began too long ago: Step Back Out leads to where it was called.');
}

/** Calls nest: the nearest beginning at the same depth is the call's own, if it was not left and resumed since. */
async function entryInThisTurn({ moments }: ReplaySession, point: number): Promise<number | undefined> {
  const { depth, script, owner, resumed } = await moments.at(point);
  if (resumed) return undefined;
  for (let at = point; at >= 1 && point - at < LONGEST; ) {
    const from = Math.max(1, at - WINDOW);
    await moments.load(from, at);
    for (; at >= from; at--) {
      const facts = moments.known(at)!;
      if (facts.depth < depth) return undefined;
      if (facts.depth === depth && facts.entry) {
        return facts.script === script && facts.owner === owner ? at : undefined;
      }
    }
  }
  return undefined;
}
