import type { CallTree, Profile } from '../protocol/costs.ts';
import { timeRequests } from '../protocol/debug.ts';
import { callTree, type PointRange } from '../time-travel/replay/engine/callTree.ts';
import { callsAnswer, profileAnswer } from '../time-travel/replay/engine/costAnswers.ts';
import { profile } from '../time-travel/replay/engine/profile.ts';
import { pointsBetween, timeBetween } from '../time-travel/replay/engine/recordedTime.ts';
import type { On } from './requests.ts';
import type { TimeTravelSession } from './timeTravelSession.ts';

type Point = string | number | undefined;

/** What a part of the recording cost, and which part questions keep to. */
export function serveCosts(on: On, session: TimeTravelSession): void {
  const rangeOf = (from: Point, to: Point): PointRange => {
    const { range } = session;
    const first = from === undefined ? range.from : session.parsePoint(from);
    const last = to === undefined ? range.to : session.parsePoint(to);
    return { from: Math.min(first, last), to: Math.max(first, last) };
  };

  on(timeRequests.focus, ({ from, to, fromTime, toTime }) => {
    const { index, end } = session.replay;
    session.focus = undefined;
    const within = (point: Point) => (typeof point === 'number' ? Math.min(Math.max(1, point), end.point) : point);
    if (from !== undefined || to !== undefined) session.focus = rangeOf(within(from), within(to));
    else if (fromTime !== undefined || toTime !== undefined) {
      const last = toTime ?? Number.POSITIVE_INFINITY;
      session.focus = pointsBetween(
        index.times,
        Math.min(fromTime ?? 0, last),
        Math.max(fromTime ?? 0, last),
        end.point,
      );
    }
    return session.focus ? { from: String(session.focus.from), to: String(session.focus.to) } : {};
  });

  on(timeRequests.profile, async ({ from, to }): Promise<Profile> => {
    const { replay } = session;
    const { end, index } = replay;
    const range = rangeOf(from, to);
    const found = await profile(replay, range);
    const numbers = new Map(found.functions.map((cost, number) => [cost.function, number]));
    const timeOf = (point: number) => timeBetween(index.times, point, end.point) ?? 0;
    const spans = found.tree.spans.map(([depth, called, first, last]): Profile['spans'][number] => {
      const number = numbers.get(found.tree.functions[called]!)!;
      return [depth, number, first, last, timeOf(first), timeOf(last)];
    });
    return { ...profileAnswer(found, range), spans };
  });

  on(timeRequests.callTree, async ({ from, to }): Promise<CallTree> => {
    const range = rangeOf(from, to);
    return callsAnswer(await callTree(session.replay, range), range);
  });
}
