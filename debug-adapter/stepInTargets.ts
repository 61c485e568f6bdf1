import { basename } from 'node:path';
import { ApexError } from '../protocol/errors.ts';
import { callsOfStatement } from '../time-travel/replay/engine/callsOfStatement.ts';
import type { On } from './requests.ts';
import type { StackFrames } from './stackFrames.ts';
import type { TimeTravelSession } from './timeTravelSession.ts';

/** A longer list helps nobody. */
const MOST = 20;

/**
 * The calls that the present statement makes: the recording knows them, so also those behind a condition, in a callback,
 * or by a function that was passed. Gives where a step into one of them ends.
 */
export function serveStepInTargets(on: On, session: TimeTravelSession, frames: StackFrames): (id: number) => number {
  /** Numbers are not given twice: one of an earlier moment means what it meant then. */
  const targets: number[] = [];

  on('stepInTargets', async ({ frameId }) => {
    frames.find(frameId);
    const { index, point = session.arrival.point } = frames.placeOf(frameId);
    // A statement of a caller is in its call already.
    if (session.branch || index > 0) return { targets: [] };
    const calls = await callsOfStatement(session.replay, point, MOST);
    const first = targets.length;
    targets.push(...calls);
    const described = calls.map(async (call, number) => {
      const [frame] = await session.earlier.framesAt(call);
      const { path, line, column } = frame!.original ?? frame!;
      const name = frame!.original?.name || frame!.name || '(anonymous)';
      return {
        id: first + number,
        label: `${name} (${basename(path)}:${line + 1})`,
        line: line + 1,
        column: column + 1,
      };
    });
    return { targets: await Promise.all(described) };
  });

  return (id) => {
    const point = targets[id];
    if (point === undefined) throw new ApexError('no-such-point', 'There is no such target.');
    return point;
  };
}
