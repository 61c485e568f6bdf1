import { LONGEST_COUNTDOWN, type ProbeAccess } from '../instrument/realm.ts';

/** Statements between two signs that the program still computes: some tenths of a second. */
const PULSE = 1 << 26;

/** Statements before a target from which on every one of them may stop the program. */
export const USUAL_MARGIN = 1000;

/**
 * Where replay is: the number of statements begun so far, the same in every replay of a recording. A statement's point
 * is reached just before the statement runs.
 *
 * On the way the program only counts, and looks at the count where it loops or calls. Shortly before a target it is told
 * to stop at the exact statement; a stretch without a look that is longer than the margin may lead past the target.
 */
export class Points {
  readonly #probes: ProbeAccess;
  #target = Number.POSITIVE_INFINITY;
  #onTarget: (() => void) | undefined;
  #interval = Number.POSITIVE_INFINITY;
  #onInterval: (() => number) | undefined;
  #exact = false;
  margin = USUAL_MARGIN;
  /** The first target is near, and the program has not passed it. */
  onAimed: () => void = () => {};
  /** The program has passed the target without a look: a wider margin is needed. */
  onMissed: () => void = () => {};

  /** Called now and then while the program computes. */
  onPulse: () => void = () => {};

  constructor(probes: ProbeAccess) {
    this.#probes = probes;
    probes.countFrom(0, PULSE);
    probes.onStop(() => this.#stopped());
  }

  get now(): number {
    return this.#probes.point();
  }

  /** Each statement can be the one at which the program stops; it is slow from here on. */
  get exact(): boolean {
    return this.#exact;
  }

  /** Calls back at a point in the future; only one at a time. The callback may set the next one. */
  stopAt(point: number, callback: () => void): void {
    this.#target = point;
    this.#onTarget = callback;
    this.#arm();
  }

  /** Calls back soon after a point in the future, and again after each that the callback gives (Infinity: never). */
  visitAt(point: number, callback: () => number): void {
    this.#interval = point;
    this.#onInterval = callback;
    this.#arm();
  }

  /** To be called when the program has ended: the target may lie in its last statements. */
  ended(): void {
    if (this.now >= this.#target) this.onMissed();
  }

  /** Runs something that may itself pass probes (an expression of a query) without moving in time. */
  outsideTime<T>(action: () => T): T {
    if (!this.#probes.hold(true)) return action();
    try {
      return action();
    } finally {
      this.#probes.hold(false);
    }
  }

  #stopped(): void {
    const point = this.now;
    this.#probes.countFrom(point, LONGEST_COUNTDOWN);
    this.onPulse();
    // A callback may copy this process, so the next stop is computed after each of them.
    if (point >= this.#interval) this.#reachInterval();
    if (point === this.#target) this.#arrive();
    else if (point > this.#target) this.onMissed();
    this.#arm();
  }

  #reachInterval(): void {
    const callback = this.#onInterval;
    const next = callback?.() ?? Number.POSITIVE_INFINITY;
    // In a copy that has begun another job meanwhile, the job may want a call at a point of its own.
    if (this.#onInterval === callback) this.#interval = next;
  }

  #arrive(): void {
    this.#aim();
    this.#target = Number.POSITIVE_INFINITY;
    this.#onTarget?.();
  }

  #aim(): void {
    if (this.#exact) return;
    this.#exact = true;
    this.#probes.stopExactly();
    this.onAimed();
  }

  #arm(): void {
    const now = this.now;
    if (this.#target - now <= this.margin) this.#aim();
    const target = this.#exact ? this.#target : this.#target - this.margin;
    const next = Math.min(target, this.#interval > now ? this.#interval : Number.POSITIVE_INFINITY) - now;
    this.#probes.countFrom(now, next > 0 ? Math.min(next, PULSE) : PULSE);
  }
}
