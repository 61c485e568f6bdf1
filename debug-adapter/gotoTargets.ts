import { ApexError } from '../protocol/errors.ts';
import { callStart } from '../time-travel/replay/engine/callStart.ts';
import { neighbour } from '../time-travel/replay/engine/facts.ts';
import { realPath } from './breakpoints.ts';
import { momentOf } from './position.ts';
import type { On } from './requests.ts';
import type { StackFrames } from './stackFrames.ts';
import type { TimeTravelSession } from './timeTravelSession.ts';

/**
 * `goto` and `restartFrame` in a recording are journeys: nothing is skipped or run again. The targets of a line are the
 * times that it ran nearest to now, the first and the last.
 */
export function serveGoto(
  on: On,
  session: TimeTravelSession,
  frames: StackFrames,
  answerFirst: (action: () => Promise<void>) => void,
): void {
  /** Numbers are not given twice: one of an earlier moment means what it meant then. */
  const targets: number[] = [];

  on('gotoTargets', async ({ source, line, column }) => {
    const path = frames.pathOf(source);
    if (!path) throw new ApexError('wrong-arguments', 'The source has no path.');
    const place = { path: realPath(path), line: line - 1, column: column && column - 1 };
    const [facts] = await session.replay.visits([place]);
    const { points, resolved } = facts!;
    const { point } = session.arrival;
    const found = [
      ['the time before', neighbour(points, point, -1)],
      ['the next time', neighbour(points, point, 1)],
      ['the first time', points[0]],
      ['the last time', points.at(-1)],
    ] as const;
    const different = found.filter(
      ([, at], index) => at !== undefined && at !== point && found.findIndex(([, other]) => other === at) === index,
    );
    return {
      targets: different.map(([when, at]) => ({
        id: targets.push(at!) - 1,
        label: `${when} that this line ran: ${momentOf(session, at!).label}`,
        line: resolved!.line + 1,
        column: resolved!.column + 1,
      })),
    };
  });

  on('goto', ({ targetId }) => {
    const point = targets[targetId];
    if (point === undefined) throw new ApexError('no-such-point', 'There is no such target.');
    session.clientMoves();
    answerFirst(() => session.goto(session.parsePoint(point)));
  });

  on('restartFrame', async ({ frameId }) => {
    frames.find(frameId);
    const { index, point = session.arrival.point } = frames.placeOf(frameId);
    const target = await callStart(session.replay, point, index);
    session.clientMoves();
    answerFirst(() => session.goto(target, 'The call begins here'));
  });
}
