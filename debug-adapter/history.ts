import { HISTORY_PART, timeRequests } from '../protocol/debug.ts';
import type { WrittenValue } from '../time-travel/replay/agent/jobs.ts';
import type { DapConnection } from './dapConnection.ts';
import { momentOf } from './position.ts';
import type { On } from './requests.ts';
import type { StackFrames } from './stackFrames.ts';
import type { TimeTravelSession } from './timeTravelSession.ts';

/** More values than this nobody reads, and an editor would stand still over them. */
const MOST_VALUES = 10_000;

/** All values that a variable or property had, told while they are found to a client that wants it. */
export function serveHistory(
  on: On,
  session: TimeTravelSession,
  frames: StackFrames,
  { client, streams }: { client: DapConnection; streams: Map<string, AbortController> },
): void {
  on(timeRequests.history, async ({ expression, frameId, stream }, signal) => {
    const { index: frame, point = session.arrival.point } = frames.placeOf(frameId);
    session.refuseInBranch();
    const shown = (values: WrittenValue[]) =>
      values
        .filter((one) => session.asksAbout(one.point))
        .map((one) => ({ ...momentOf(session, one.point), value: one.value }));

    let told = 0;
    const tell = (values: WrittenValue[]) => {
      const part = shown(values).slice(0, MOST_VALUES - told);
      told += part.length;
      if (part.length > 0 && stream !== undefined) client.event(HISTORY_PART, { stream, writes: part });
    };
    const ending = new AbortController();
    const end = () => ending.abort();
    signal.addEventListener('abort', end);
    if (stream !== undefined) streams.set(stream, ending);
    try {
      const { writes, final } = await session.replay.writes.stream({ point, frame, expression }, tell, ending.signal);
      const values = writes.map((write, number) => ({
        point: write.point,
        value: write.after ?? (number + 1 < writes.length ? writes[number + 1]!.before : final),
      }));
      const all = values.filter((one) => session.asksAbout(one.point));
      const left = Math.max(0, all.length - MOST_VALUES);
      return { writes: shown(all.slice(0, MOST_VALUES)), ...(left > 0 && { left }) };
    } finally {
      signal.removeEventListener('abort', end);
      if (stream !== undefined) streams.delete(stream);
    }
  });
}
