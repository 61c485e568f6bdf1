import type { IndexFacts } from './facts.ts';

type Times = IndexFacts['times'];

/**
 * The time of a point between two readings of the clock, as if statements were evenly spread between them; a wait lies
 * at its very end, since the clock is read again behind it. `end`: the last point.
 */
export function timeBetween(times: Times, point: number, end: number): number | undefined {
  const index = lastAtOrBefore(times, 0, point);
  const before = times[index];
  if (!before) return times[0]?.[1];
  const after = times[index + 1] ?? [end, before[1]];
  if (after[0] <= before[0]) return before[1];
  return before[1] + ((point - before[0]) / (after[0] - before[0])) * (after[1] - before[1]);
}

/** The last point at or before a time, in the same sense; at least 1. */
export function pointAt(times: Times, milliseconds: number, end: number): number {
  const index = lastAtOrBefore(times, 1, milliseconds);
  const before = times[index];
  if (!before) return Math.max(1, (times[0]?.[0] ?? 1) - 1);
  const after = times[index + 1];
  if (!after) return end;
  const share = (milliseconds - before[1]) / (after[1] - before[1]);
  // Up to the next reading, at which it is later.
  return Math.max(1, before[0] + Math.floor(share * Math.max(0, after[0] - 1 - before[0])));
}

function lastAtOrBefore(times: Times, column: 0 | 1, value: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]![column] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The points that a timeline draws from one time to another: each where the clock was last read. */
export function pointsBetween(
  times: Times,
  fromTime: number,
  toTime: number,
  end: number,
): { from: number; to: number } {
  const last = lastAtOrBefore(times, 1, toTime);
  const to = (times[last + 1]?.[0] ?? end + 1) - 1;
  const first = times.find(([, time]) => time >= fromTime);
  const from = first === times[0] ? 1 : (first?.[0] ?? end);
  return { from: Math.min(from, end), to: Math.min(Math.max(from, to), end) };
}
