import { type Moment, MomentFlag } from '../agent/jobs.ts';
import type { ReplayProcesses } from './replayProcesses.ts';

export interface MomentFacts {
  depth: number;
  script: number;
  line: number;
  column: number;
  /** The first statement of a call. */
  entry: boolean;
  /** The statement may leave its call, which is resumed later. */
  suspends: boolean;
  /** Its call may have been left and resumed before. */
  resumed: boolean;
  owner: number;
}

const KEPT = 400_000;

/** What was on top of the stack at points near those that were visited. Facts about the past: kept, never outdated. */
export class Moments {
  readonly #processes: ReplayProcesses;
  readonly #lastPoint: () => number;
  readonly #known = new Map<number, MomentFacts>();

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
    while (first <= last && this.#known.has(first)) first++;
    while (last >= first && this.#known.has(last)) last--;
    if (first > last) return;
    if (this.#known.size + last - first >= KEPT) {
      // The ends of the range go too, although they were known.
      this.#known.clear();
      first = Math.max(1, from);
      last = Math.min(to, this.#lastPoint());
    }
    const moments = await this.#ask(first, last);
    moments.forEach(([depth, script, line, column, flags, owner], index) => {
      const entry = (flags & MomentFlag.entry) !== 0;
      const suspends = (flags & MomentFlag.suspends) !== 0;
      const resumed = (flags & MomentFlag.resumed) !== 0;
      this.#known.set(first + index, { depth, script, line, column, entry, suspends, resumed, owner });
    });
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
