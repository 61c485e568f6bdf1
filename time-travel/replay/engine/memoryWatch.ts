import { memoryOf, sumOf } from './memory.ts';

/** Milliseconds between two looks, at least; and times what one takes. */
const PAUSE = 500;
const SHARE = 20;

interface Watched {
  /** Bytes that they may use together. */
  limit: number;
  pids(): number[];
  /** They use more; `part` of it (0 to 1) is too much. */
  tooMuch(part: number): void;
  /** This one alone needs more, also without its checkpoints. */
  tooLarge(pid: number): void;
}

/** Looks now and then at what the processes of a replay use together. */
export class MemoryWatch {
  /** Bytes at the last look. */
  total = 0;
  readonly #watched: Watched;
  #timer: NodeJS.Timeout | undefined;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#wait(PAUSE);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(milliseconds: number): void {
    this.#timer = setTimeout(() => void this.#look(), milliseconds).unref();
  }

  async #look(): Promise<void> {
    const began = performance.now();
    const pids = this.#watched.pids();
    const memory = await memoryOf(pids);
    if (!this.#timer) return;
    this.total = sumOf(memory);
    const { limit, tooMuch, tooLarge } = this.#watched;
    memory.forEach(({ whole }, index) => {
      if (whole > limit) tooLarge(pids[index]!);
    });
    if (this.total > limit) tooMuch(1 - limit / this.total);
    this.#wait(Math.max(PAUSE, (performance.now() - began) * SHARE));
  }
}
