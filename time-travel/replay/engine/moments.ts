import type { Moment } from '../agent/jobs.ts';
import { type MomentFacts, MomentPages, PAGE } from './momentPages.ts';
import type { ReplayProcesses } from './replayProcesses.ts';

export type { MomentFacts };

/** Points that are kept: 24 bytes each. */
const KEPT = 400 * PAGE;

/** What was on top of the stack at points near those that were visited. Facts about the past: kept, never outdated. */
export class Moments {
  readonly #processes: ReplayProcesses;
  readonly #lastPoint: () => number;
  readonly #known = new MomentPages(KEPT / PAGE);

  constructor(processes: ReplayProcesses, lastPoint: () => number) {
    this.#processes = processes;
    this.#lastPoint = lastPoint;
  }

  async at(point: number): Promise<MomentFacts> {
    await this.load(point, point);
    return this.#known.get(point)!;
  }

  known(point: number): MomentFacts | undefined {
    return this.#known.get(point);
  }

  /** Makes all points of a range known; ranges are cut to the recording. */
  async load(from: number, to: number): Promise<void> {
    let first = Math.max(1, from);
    let last = Math.min(to, this.#lastPoint());
    this.#known.touch(first, last);
    while (first <= last && this.#known.has(first)) first++;
    while (last >= first && this.#known.has(last)) last--;
    if (first <= last) this.#known.add(first, await this.#ask(first, last));
  }

  async #ask(from: number, to: number): Promise<Moment[]> {
    const { connection } = await this.#processes.run({ kind: 'window', from, to }, from);
    return new Promise((resolve, reject) => {
      connection.onMessage = (message) => {
        if ('event' in message && message.event === 'window') resolve(message.moments);
      };
      connection.onClose = () => reject(this.#processes.crash());
    });
  }
}
