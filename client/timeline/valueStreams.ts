import type * as vscode from 'vscode';
import { type ValueTrack, valueTrackSchema } from '../../protocol/timeline.ts';
import { streamHistory } from '../debug/historyStream.ts';

const count = (value: number) => value.toLocaleString('en-US');

/** Asks for all values of an expression, and shows them while they are found. */
export class ValueStreams {
  readonly #running = new Map<string, () => Thenable<unknown>>();

  /** `show` gets the track again whenever there is more of it. It ends with all values, or with those until `stop`. */
  async find(
    session: vscode.DebugSession,
    { name, frameId }: { name: string; frameId: number | undefined },
    show: (track: ValueTrack) => void,
  ): Promise<void> {
    let values: ValueTrack['values'] = [];
    let stopped = false;
    const search = streamHistory(session, { expression: name, frameId }, (writes) => {
      values = [...values, ...valueTrackSchema.parse({ name, values: writes }).values];
      show({ name, values, finding: true, note: `finding values: ${count(values.length)} so far` });
    });
    this.#running.set(name, () => {
      stopped = true;
      return search.stop();
    });
    show({ name, values, finding: true, note: 'finding values…' });
    try {
      const { writes, left } = await search.all;
      const track = valueTrackSchema.parse({ name, values: writes });
      show({ ...track, ...(left && { note: leftOut(writes.length, left) }) });
    } catch (error) {
      if (!stopped) throw error;
      show({ name, values, note: `stopped: the first ${count(values.length)} values` });
    } finally {
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
