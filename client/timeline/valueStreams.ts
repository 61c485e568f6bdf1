import * as vscode from 'vscode';
import { HISTORY_PART, timeRequests } from '../../protocol/debug.ts';
import { type ValueTrack, valueTrackSchema } from '../../protocol/timeline.ts';

const count = (value: number) => value.toLocaleString('en-US');

/** Asks for all values of an expression, and shows them while they are found. */
export class ValueStreams {
  readonly #running = new Map<string, () => Thenable<unknown>>();
  #number = 0;

  /** `show` gets the track again whenever there is more of it. It ends with all values, or with those until `stop`. */
  async find(
    session: vscode.DebugSession,
    { name, frameId }: { name: string; frameId: number | undefined },
    show: (track: ValueTrack) => void,
  ): Promise<void> {
    const stream = `values-${++this.#number}`;
    let values: ValueTrack['values'] = [];
    let stopped = false;
    const parts = vscode.debug.onDidReceiveDebugSessionCustomEvent(({ session: from, event, body }) => {
      if (from.id !== session.id || event !== HISTORY_PART || body.stream !== stream) return;
      values = [...values, ...valueTrackSchema.parse({ name, values: body.writes }).values];
      show({ name, values, finding: true, note: `finding values: ${count(values.length)} so far` });
    });
    this.#running.set(name, () => {
      stopped = true;
      return session.customRequest('cancel', { progressId: stream });
    });
    show({ name, values, finding: true, note: 'finding values…' });
    try {
      const { writes, left } = await session.customRequest(timeRequests.history, { expression: name, frameId, stream });
      const track = valueTrackSchema.parse({ name, values: writes });
      show({ ...track, ...(left && { note: leftOut(writes.length, left) }) });
    } catch (error) {
      if (!stopped) throw error;
      show({ name, values, note: `stopped: the first ${count(values.length)} values` });
    } finally {
      parts.dispose();
      this.#running.delete(name);
    }
  }

  async stop(name: string): Promise<void> {
    await this.#running.get(name)?.();
  }
}

/** Where an answer has not all values. */
export function leftOut(shown: number, left: number): string {
  return `the first ${count(shown)} of ${count(shown + left)} values: focus on a part to see its own`;
}
