import { basename } from 'node:path';
import { LANES, type Lane, type TimelineEvent, type TimelinePart } from '../protocol/timeline.ts';
import { timeAt } from '../time-travel/replay/engine/facts.ts';
import type { ReplaySession } from '../time-travel/replay/engine/replaySession.ts';
import type { TimeTravelSession } from './timeTravelSession.ts';

const PART = 10_000;
/** A line in a hot loop would fill the strip with one colour. */
const MOST_HITS = 20_000;

const laneOf = {
  request: 'requests',
  network: 'network',
  file: 'files',
  process: 'processes',
  timer: 'timers',
  console: 'console',
} as const satisfies Record<string, Lane>;

/** Events of a recording never change: they are asked for once. */
const known = new WeakMap<ReplaySession, Promise<TimelineEvent[]>>();

/** The present moment and breakpoint hits, and with `from` the events from that number on. */
export async function timelinePart(session: TimeTravelSession, from?: number): Promise<TimelinePart> {
  const { replay } = session;
  const all = from === undefined ? [] : await eventsOf(replay);
  const { times } = replay.index;
  const start = all.find(([, , time]) => time > 0)?.[2] ?? times[0]?.[1] ?? 0;
  const timeOf = (point: number) => Math.max(start, timeAt(times, point) ?? start);
  const { point } = session.arrival;
  return {
    now: { point, time: timeOf(point) },
    end: { point: replay.end.point, time: times.at(-1)?.[1] ?? start },
    start,
    ...(session.focus && {
      focus: { ...session.focus, fromTime: timeOf(session.focus.from), toTime: timeOf(session.focus.to) },
    }),
    total: all.length,
    events: from === undefined ? [] : all.slice(from, from + PART),
    hits: hitsOf(session, timeOf),
  };
}

function eventsOf(replay: ReplaySession): Promise<TimelineEvent[]> {
  const asked = known.get(replay) ?? collect(replay);
  known.set(replay, asked);
  asked.catch(() => known.delete(replay));
  return asked;
}

async function collect(replay: ReplaySession): Promise<TimelineEvent[]> {
  const [events, exceptions] = [await replay.events(), await replay.exceptions()];
  const rows = events.map(({ kind, point, time, text, end }): TimelineEvent => {
    const lane = LANES.indexOf(laneOf[kind]);
    return end ? [lane, point, time, text, end.time] : [lane, point, time, text];
  });
  for (const { point, description, uncaught } of exceptions) {
    const text = `${uncaught ? 'uncaught ' : ''}${description.split('\n')[0]}`;
    rows.push([LANES.indexOf('exceptions'), point, timeAt(replay.index.times, point) ?? 0, text]);
  }
  return inOrder(rows);
}

/** By point; times never go back, and what came before the first clock was read is drawn where that was. */
function inOrder(rows: TimelineEvent[]): TimelineEvent[] {
  rows.sort((a, b) => a[1] - b[1] || a[2] - b[2]);
  let last = rows.find(([, , time]) => time > 0)?.[2] ?? 0;
  for (const row of rows) {
    last = Math.max(last, row[2]);
    row[2] = last;
  }
  return rows;
}

function hitsOf(session: TimeTravelSession, timeOf: (point: number) => number): TimelineEvent[] {
  const lane = LANES.indexOf('breakpoints');
  const hits: TimelineEvent[] = [];
  for (const { path, hits: points, facts } of session.stops.breakpoints.all) {
    const text = `${basename(path)}:${(facts?.resolved?.line ?? 0) + 1}`;
    for (const point of points ?? []) {
      if (hits.length === MOST_HITS) break;
      hits.push([lane, point, timeOf(point), text]);
    }
  }
  return hits.sort((a, b) => a[1] - b[1]);
}
