/** OTP's restart intensity: at most `max` restarts in any `withinMs`: more than that is a fault that restarting does not cure. */
export class RestartIntensity {
  readonly #max: number;
  readonly #withinMs: number;
  #times: number[] = [];

  constructor(max = 3, withinMs = 60_000) {
    this.#max = max;
    this.#withinMs = withinMs;
  }

  /** Counts a restart at `now` (milliseconds) and says whether it is still one too few to give up. */
  allow(now: number): boolean {
    this.#times = this.#times.filter((time) => now - time < this.#withinMs);
    if (this.#times.length >= this.#max) return false;
    this.#times.push(now);
    return true;
  }
}
