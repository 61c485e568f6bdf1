import { timeRequests } from '../protocol/debug.ts';
import { ApexError, toErrorReport } from '../protocol/errors.ts';
import type { Frame } from '../time-travel/replay/agent/jobs.ts';
import type { DapConnection } from './dapConnection.ts';
import { type AsyncCaller, registrationOf } from './earlierMoments.ts';
import type { On } from './requests.ts';
import type { FramePlace, StackFrames } from './stackFrames.ts';
import type { TimeTravelSession } from './timeTravelSession.ts';

interface StackContext {
  client: DapConnection;
  answerFirst: (action: () => Promise<void>) => void;
  /** The client asks again when it is told to. */
  canInvalidate: () => boolean;
}

/** Milliseconds until the stack is shown without its asynchronous callers; they are added when they are known. */
const SOON = 200;
/** So for a client that does not ask again by itself: without them only where a replay takes long. */
const PATIENCE = 5000;

/** The main script is begun by these functions of Node; nothing registered it. */
const MAIN = /^node:internal\/main\//;

/** The stack: calls that are running, and below them the moments at which these were registered to run. */
export function serveStack(
  on: On,
  session: TimeTravelSession,
  frames: StackFrames,
  { client, answerFirst, canInvalidate }: StackContext,
): void {
  /** Not known in time for the first answer. */
  const asyncCallers = async (point: number, running: Frame[]): Promise<AsyncCaller[]> => {
    if (session.branch || MAIN.test(running.at(-1)?.path ?? '')) return [];
    const found = session.earlier.callers(point).catch((error): AsyncCaller[] => {
      // Whoever has gone on meanwhile need not know.
      if (session.standsAt(point))
        session.say(`apex: asynchronous callers are not known: ${toErrorReport(error).message}`);
      return [];
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), canInvalidate() ? SOON : PATIENCE);
    });
    const inTime = await Promise.race([found, late]);
    clearTimeout(timer);
    if (inTime || !canInvalidate()) return inTime ?? [];
    void found.then((callers) => {
      if (callers.length && session.standsAt(point)) client.event('invalidated', { areas: ['stacks'] });
    });
    return [];
  };

  on('stackTrace', async ({ startFrame = 0, levels }) => {
    const process = await session.arrivedProcess();
    const { point } = session.arrival;
    const programFrames = process.frames.filter(({ program }) => program);
    const shown: Shown[] = process.frames.map((frame) => ({ frame, place: { index: programFrames.indexOf(frame) } }));
    const end = levels ? startFrame + levels : Number.POSITIVE_INFINITY;
    const isWhole = end > shown.length;
    if (isWhole) {
      for (const caller of await asyncCallers(point, process.frames)) shown.push(...asShown(caller));
      if (!session.branch && !session.standsAt(point)) throw new ApexError('cancelled', 'Time has moved meanwhile.');
    }
    const stackFrames = shown
      .slice(startFrame, end)
      .map((one) => ('frame' in one ? frames.describe(one.frame, one.place) : frames.label(one.label)));
    // More than this are looked for when they are asked for.
    return { stackFrames, totalFrames: shown.length + (isWhole ? 0 : 1) };
  });

  on(timeRequests.registration, async ({ frameId }) => {
    session.refuseInBranch();
    const { point = session.arrival.point } = frameId === undefined ? {} : frames.find(frameId).place;
    const parent = await registrationOf(session.replay, point);
    answerFirst(() => session.goto(parent.point, `Registered here (${parent.label})`));
    return { point: String(parent.point), label: parent.label };
  });
}

type Shown = { frame: Frame; place: FramePlace } | { label: string };

function asShown({ label, point, frames }: AsyncCaller): Shown[] {
  return [{ label }, ...frames.map(({ frame, index }) => ({ frame, place: { index, point } }))];
}
