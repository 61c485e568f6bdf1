/** The timers of one guest. A tick that comes while the last one still runs is dropped, as in Node. */
export class GuestTimers {
  readonly #timers = new Map<number, NodeJS.Timeout>();
  readonly #fire: (id: number) => Promise<void>;

  constructor(fire: (id: number) => Promise<void>) {
    this.#fire = fire;
  }

  get size(): number {
    return this.#timers.size;
  }

  /** @param order `timeout MS` or `interval MS` */
  start(id: number, order: string): void {
    const [kind, delay] = order.split(' ');
    const after = Math.min(Math.max(Number(delay) || 1, 1), 2 ** 31 - 1);
    this.clear(id);
    if (kind === 'timeout') {
      const fire = () => {
        this.#timers.delete(id);
        void this.#fire(id);
      };
      this.#timers.set(id, setTimeout(fire, after));
      return;
    }
    let running = false;
    const tick = () => {
      if (running) return;
      running = true;
      void this.#fire(id).finally(() => {
        running = false;
      });
    };
    this.#timers.set(id, setInterval(tick, after));
  }

  clear(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  clearAll(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
