import { LANES, type Lane, type TimelineEvent } from '../../protocol/timeline.ts';

/** What the strip is laid out by: the clock, or the count of statements, which separates what happened in one moment. */
export type Axis = 'time' | 'steps';

/** A part of the axis, in milliseconds or steps. */
export interface Range {
  from: number;
  to: number;
}

/** One lane: its events in order, and where they lie on the axis. */
export interface Row {
  lane: Lane;
  events: TimelineEvent[];
  positions: Float64Array;
}

export function positionOf([, point, time]: TimelineEvent, axis: Axis): number {
  return axis === 'time' ? time : point;
}

/** The lanes in which something happened. `search` keeps events whose text or lane holds it, in any case. */
export function buildRows(events: readonly TimelineEvent[], axis: Axis, search = ''): Row[] {
  const wanted = search.trim().toLowerCase();
  const lanes: TimelineEvent[][] = LANES.map(() => []);
  for (const event of events) {
    const lane = lanes[event[0]];
    if (lane && (!wanted || event[3].toLowerCase().includes(wanted) || LANES[event[0]]!.includes(wanted))) {
      lane.push(event);
    }
  }
  return lanes.flatMap((list, index) =>
    list.length === 0
      ? []
      : [{ lane: LANES[index]!, events: list, positions: Float64Array.from(list, (one) => positionOf(one, axis)) }],
  );
}

/** The index of the first position that is not less than `value`. */
export function firstFrom(positions: Float64Array, value: number): number {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (positions[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * How many events lie in each pixel column of a range. The cost grows with the columns, not with the events: one binary
 * search for each.
 */
export function countColumns(positions: Float64Array, { from, to }: Range, columns: number): Uint32Array {
  const counts = new Uint32Array(columns);
  const width = (to - from) / columns;
  let before = firstFrom(positions, from);
  for (let column = 0; column < columns && before < positions.length; column++) {
    const edge = column === columns - 1 ? nextUp(to) : from + (column + 1) * width;
    // Sparse lanes jump over empty columns.
    if (positions[before]! >= edge) continue;
    const after = firstFrom(positions, edge);
    counts[column] = after - before;
    before = after;
  }
  return counts;
}

/** The last column holds the end of the range too. */
const nextUp = (value: number) => value + Math.max(Number.EPSILON, Math.abs(value) * 1e-12);

/** The event of a row that is nearest to a position, no further than `reach`; one that lasts is near over its length. */
export function nearest(row: Row, axis: Axis, position: number, reach: number): TimelineEvent | undefined {
  const { events, positions } = row;
  const after = firstFrom(positions, position);
  let best: TimelineEvent | undefined;
  let distance = reach;
  for (let index = Math.max(0, after - 200); index <= Math.min(events.length - 1, after + 1); index++) {
    const event = events[index]!;
    const begin = positions[index]!;
    const end = axis === 'time' ? (event[4] ?? begin) : begin;
    const away = position < begin ? begin - position : position > end ? position - end : 0;
    if (away <= distance) {
      best = event;
      distance = away;
    }
  }
  return best;
}

/** A range that keeps its length and lies within the whole. */
export function moved({ from, to }: Range, by: number, whole: Range): Range {
  const shift = Math.min(Math.max(by, whole.from - from), whole.to - to);
  return { from: from + shift, to: to + shift };
}

/** Zooms by a factor (2: half as much is seen) around a position that keeps its place; never below `least`. */
export function zoomed(range: Range, factor: number, around: number, whole: Range, least: number): Range {
  const length = Math.min(Math.max((range.to - range.from) / factor, least), whole.to - whole.from);
  const share = (around - range.from) / (range.to - range.from || 1);
  const from = Math.min(Math.max(around - share * length, whole.from), whole.to - length);
  return { from, to: from + length };
}
