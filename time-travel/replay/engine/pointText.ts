import { ApexError } from '../../../protocol/errors.ts';
import type { PointRange } from './callTree.ts';
import type { ReplaySession } from './replaySession.ts';

/**
 * A range of points as people write its ends; without one it reaches to the recording's own.
 * @throws ApexError `no-such-point`
 */
export function parseRange(session: ReplaySession, from?: string, to?: string): PointRange {
  const range = { from: parsePoint(session, from ?? 'start'), to: parsePoint(session, to ?? 'end') };
  if (range.from <= range.to) return range;
  throw new ApexError('no-such-point', `There is nothing from point ${range.from} to ${range.to}.`);
}

/** A point as people write it: a number, `start`, `end` or a share such as `50%`. @throws ApexError `no-such-point` */
export function parsePoint({ end }: ReplaySession, text: string): number {
  const share = /^(\d+(?:\.\d+)?)%$/.exec(text);
  const named: Record<string, number> = { start: 1, end: end.point };
  const point = share
    ? Math.max(1, Math.round((Number(share[1]) / 100) * end.point))
    : Object.hasOwn(named, text)
      ? named[text]!
      : Number(text);
  if (end.point < 1)
    throw new ApexError('no-such-point', 'No statement of the program ran: the recording has no points.');
  if (!Number.isSafeInteger(point) || point < 1 || point > end.point) {
    throw new ApexError(
      'no-such-point',
      `There is no point ${text}; the recording has points 1 to ${end.point}.`,
      'A point is a number, "start", "end" or a share such as 50%.',
    );
  }
  return point;
}
