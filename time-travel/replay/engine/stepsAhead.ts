import { setTimeout as pause } from 'node:timers/promises';
import type { Moments } from './moments.ts';
import type { PausedProcess } from './pausedProcess.ts';
import { nearTarget } from './steps.ts';

/** Milliseconds after an arrival in which the person may go on at once: then the next one is prepared instead. */
const QUIET = 100;

/** What of a session is needed to prepare steps. */
interface Travelled {
  readonly moments: Moments;
  readonly end: { point: number };
  /** There are processes and memory for what nobody has asked for yet. */
  readonly mayPrepare: boolean;
  arriveAt(point: number): Promise<PausedProcess>;
}

/**
 * While a person looks at a point, has a process stand where a step over leads from there, backwards and forwards, with
 * its scopes: then the step takes no time. Steps whose end only a whole replay finds are not prepared.
 */
export class StepsAhead {
  readonly #session: Travelled;
  #arrivals = 0;

  constructor(session: Travelled) {
    this.#session = session;
  }

  /** Begun when the process at `point` is complete; takes the place of what another point wanted. */
  prepare(point: number): void {
    // What cannot be prepared is tried, and told of, by the step itself.
    this.#prepare(point, ++this.#arrivals).catch(() => {});
  }

  async #prepare(point: number, arrival: number): Promise<void> {
    const { moments, end } = this.#session;
    if (!this.#session.mayPrepare) return;
    const here = await this.#session.arriveAt(point);
    await here.whole;
    await pause(QUIET, undefined, { ref: false });
    const mayGoOn = () => arrival === this.#arrivals && this.#session.mayPrepare;
    for (const direction of [-1, 1] as const) {
      const edge = direction === 1 ? end.point : 1;
      if (point === edge || !mayGoOn()) continue;
      const target = await nearTarget(moments, point, 'over', direction, edge);
      if (typeof target !== 'number' || !mayGoOn()) continue;
      const there = await this.#session.arriveAt(target);
      await there.whole;
    }
  }
}
