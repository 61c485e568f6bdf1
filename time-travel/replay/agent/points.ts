import { LONGEST_COUNTDOWN, type ProbeAccess } from '../instrument/realm.ts';

/**
 * Where replay is: the number of statements begun so far, the same in every replay of a recording. A statement's point
 * is reached just before the statement runs.
 */
export class Points {
  readonly #probes: ProbeAccess;
  #base = 0;
  #armed = LONGEST_COUNTDOWN;
  #target = Number.POSITIVE_INFINITY;
  #onTarget: (() => void) | undefined;
  #interval = Number.POSITIVE_INFINITY;
  #onInterval: (() => number) | undefined;
  /** The point at which time stands still, while it does. */
  #still: number | undefined;

  constructor(probes: ProbeAccess) {
    this.#probes = probes;
    probes.countFrom(LONGEST_COUNTDOWN);
    probes.onStop(() => this.#stopped());
  }

  get now(): number {
    return this.#still ?? this.#base + this.#armed - this.#probes.remaining();
  }

  /** Calls back at a point in the future; only one at a time. The callback may set the next one. */
  stopAt(point: number, callback: () => void): void {
    this.#target = point;
    this.#onTarget = callback;
    this.#arm();
  }

  /** Calls back at a point in the future, and again at each point that the callback gives (Infinity: never). */
  visitAt(point: number, callback: () => number): void {
    this.#interval = point;
    this.#onInterval = callback;
    this.#arm();
  }

  /** Runs something that may itself pass probes (an expression of a query) without moving in time. */
  outsideTime<T>(action: () => T): T {
    if (this.#still !== undefined) return action();
    const remaining = this.#probes.remaining();
    this.#still = this.now;
    this.#probes.countFrom(LONGEST_COUNTDOWN);
    try {
      return action();
    } finally {
      this.#still = undefined;
      this.#probes.countFrom(remaining);
    }
  }

  #stopped(): void {
    if (this.#still !== undefined) {
      this.#probes.countFrom(LONGEST_COUNTDOWN);
      return;
    }
    this.#base += this.#armed;
    this.#armed = LONGEST_COUNTDOWN;
    this.#probes.countFrom(LONGEST_COUNTDOWN);
    // A callback may copy this process, so the next stop is computed after each of them.
    const point = this.#base;
    if (point === this.#interval) this.#interval = this.#onInterval?.() ?? Number.POSITIVE_INFINITY;
    if (point === this.#target) {
      this.#target = Number.POSITIVE_INFINITY;
      this.#onTarget?.();
    }
    this.#arm();
  }

  #arm(): void {
    const now = this.now;
    const next = Math.min(this.#target, this.#interval) - now;
    this.#base = now;
    this.#armed = next > 0 ? Math.min(next, LONGEST_COUNTDOWN) : LONGEST_COUNTDOWN;
    this.#probes.countFrom(this.#armed);
  }
}
