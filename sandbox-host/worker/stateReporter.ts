import { isTooLong } from '../bridge/frames.ts';

export interface ReportingGuest {
  /** Reads the declared state as text, under the limits of a turn; undefined while it cannot. */
  read(): Promise<unknown>;
  tell(document: string): void;
}

/** Tells the declared state of one guest soon after turns that may have changed it, while somebody wants it. */
export class StateReporter {
  readonly #guest: ReportingGuest;
  #afterMs = 100;
  #isWanted = false;
  #timer: NodeJS.Timeout | undefined;
  #last = '';

  constructor(guest: ReportingGuest) {
    this.#guest = guest;
  }

  watch(on: boolean, afterMs: number): void {
    this.#isWanted = on;
    this.#afterMs = afterMs;
    this.#last = '';
    this.mayHaveChanged();
  }

  mayHaveChanged(): void {
    if (this.#isWanted) this.#timer ??= setTimeout(() => void this.#report(), this.#afterMs);
  }

  close(): void {
    this.#isWanted = false;
    clearTimeout(this.#timer);
  }

  async #report(): Promise<void> {
    this.#timer = undefined;
    try {
      const text = await this.#guest.read();
      if (!this.#isWanted || typeof text !== 'string' || text === this.#last || isTooLong(text)) return;
      this.#last = text;
      this.#guest.tell(text);
    } catch {
      // A getter of the guest threw while its state was read: the next turn tries again.
    }
  }
}
