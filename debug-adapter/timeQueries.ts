import { timeRequests } from '../protocol/debug.ts';
import { ApexError } from '../protocol/errors.ts';
import { neighbour } from '../time-travel/replay/engine/facts.ts';
import { canBeWritten, dataToDap, formatDataId } from './dataBreakpoints.ts';
import { momentOf } from './position.ts';
import type { On } from './requests.ts';
import type { StackFrames } from './stackFrames.ts';
import type { TimeTravelSession } from './timeTravelSession.ts';

/** Requests about time that the protocol lacks, and data breakpoints. */
export function serveTimeQueries(
  on: On,
  session: TimeTravelSession,
  frames: StackFrames,
  answerFirst: (action: () => Promise<void>) => void,
): void {
  /** Which frame is asked about, and when. */
  const standpoint = ({ index, point = session.arrival.point } = frames.placeOf(undefined)) => {
    session.refuseInBranch();
    return { index, point };
  };

  const travelToWrite = async (expression: string, frameId: number | undefined, direction: 1 | -1) => {
    const { point, index } = standpoint(frames.placeOf(frameId));
    const { writes } = await session.replay.writes.of(point, index, expression);
    const points = writes.map((write) => write.point).filter((one) => session.asksAbout(one));
    // The statement that stands here has not written yet.
    const target = direction === -1 ? neighbour(points, point, -1) : neighbour(points, point, 1);
    if (target === undefined) {
      const when = direction === -1 ? 'before' : 'after';
      throw new ApexError(
        'no-write',
        `Nothing in the recorded program writes ${expression} ${when} this moment${session.focus ? ' within the focused part' : ''}.`,
      );
    }
    answerFirst(() => session.goto(target, `${expression} is written here`));
    return { point: String(target), before: writes.find((write) => write.point === target)?.before };
  };
  on(timeRequests.lastWrite, ({ expression, frameId }) => travelToWrite(expression, frameId, -1));
  on(timeRequests.nextWrite, ({ expression, frameId }) => travelToWrite(expression, frameId, 1));

  on(timeRequests.visits, async ({ path, line, expressions }) => {
    const [facts] = await session.replay.visits([{ path, line: line - 1, expressions }]);
    const visits = facts!.points.flatMap((point, index) =>
      session.asksAbout(point) ? [{ ...momentOf(session, point), values: facts!.values.at(index) }] : [],
    );
    return { line: facts!.resolved && facts!.resolved.line + 1, visits };
  });

  on(timeRequests.output, ({ text }) => {
    const outputs = session.replay.index.outputs.filter(
      (output) => (text === undefined || output.text.includes(text)) && session.asksAbout(output.point),
    );
    return {
      outputs: outputs.map((output) => ({ ...momentOf(session, output.point), fd: output.fd, text: output.text })),
    };
  });

  on('dataBreakpointInfo', ({ variablesReference, name, frameId }) => {
    const named = variablesReference
      ? session.variables.nameOf(variablesReference, name)
      : { path: name, frame: frames.placeOf(frameId) };
    if (!named || !canBeWritten(named.path)) {
      return { dataId: null, description: `${name} is no variable or property that the program can name.` };
    }
    const { path } = named;
    const { point, index } = standpoint(named.frame);
    return {
      dataId: formatDataId({ point, frame: index, expression: path }),
      description: path,
      accessTypes: ['write'],
    };
  });
  on('setDataBreakpoints', async ({ breakpoints }) => {
    const known = session.stops.dataBreakpoints.set(breakpoints.map(({ dataId }) => dataId));
    await session.resolveMore();
    return { breakpoints: known.map(dataToDap) };
  });
}
