import type { Output, SeenException, Write } from '../agent/jobs.ts';

/** The end of a recording as replay found it. */
export interface RecordingEnd {
  point: number;
  exitCode?: number;
  /** Why replay could not go on as recorded, when it could not. */
  divergence?: string;
  /** The error that ended the program, with its stack. */
  uncaught?: string;
}

/** All writes of one variable or property of one object, and the value after the last. */
export interface WriteHistory {
  writes: Write[];
  final?: string;
}

export interface IndexFacts {
  end: RecordingEnd;
  outputs: Output[];
  /** Points with the recorded time in milliseconds since the program began, both ascending. */
  times: [point: number, milliseconds: number][];
  scripts: { id: number; path: string; stops: number }[];
}

export type { Output, SeenException };

/** The index of the first element greater than `point`. */
export function firstAfter(points: readonly number[], point: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]! <= point) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The nearest point on the other side of `from`, strictly; undefined when there is none. */
export function neighbour(points: readonly number[], from: number, direction: 1 | -1): number | undefined {
  const after = firstAfter(points, from);
  if (direction === 1) return points[after];
  let index = after - 1;
  while (index >= 0 && points[index] === from) index--;
  return points[index];
}

/** The recorded time of a point: that of the last known moment at or before it. */
export function timeAt(times: IndexFacts['times'], point: number): number | undefined {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]![0] <= point) low = middle + 1;
    else high = middle;
  }
  return times[low - 1]?.[1];
}
