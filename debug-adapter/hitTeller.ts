/** Milliseconds in which hits of one kind are told together. */
const TOGETHER = 1000;

/** Tells in the console what was hit: the first time at once, the following ones together. */
export class HitTeller {
  readonly #say: (text: string) => void;
  readonly #untold = new Map<number, { count: number; timer: NodeJS.Timeout }>();

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  /** @param id of what was hit; `title` what has happened, `advice` what to do */
  tell(id: number, title: string, advice: string): void {
    const waiting = this.#untold.get(id);
    if (waiting) {
      waiting.count++;
      return;
    }
    this.#say(`${title}. ${advice}`);
    const timer = setTimeout(() => {
      const { count } = this.#untold.get(id)!;
      this.#untold.delete(id);
      if (count > 0) this.#say(`${title}, ${count} more ${count === 1 ? 'time' : 'times'}.`);
    }, TOGETHER);
    this.#untold.set(id, { count: 0, timer });
  }

  close(): void {
    for (const { timer } of this.#untold.values()) clearTimeout(timer);
    this.#untold.clear();
  }
}
