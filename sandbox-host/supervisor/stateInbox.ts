import { type StateDocument, stateDocumentSchema } from '../../protocol/stateDocument.ts';

/** A state that takes longer to read is followed by a rest. */
const QUICK_MS = 20;
/** Rests are so much longer than the work: one sandbox with much state does not hold up the others. */
const REST = 4;

/** The declared state that one sandbox reports, read at a pace that the host can bear; only the newest counts. */
export class StateInbox {
  readonly #take: (state: StateDocument) => void;
  #waiting: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(take: (state: StateDocument) => void) {
    this.#take = take;
  }

  arrived(text: string): void {
    this.#waiting = text;
    if (!this.#timer) this.flush();
  }

  /** Reads what waits now. */
  flush(): void {
    const text = this.#waiting;
    this.#waiting = undefined;
    if (text === undefined) return;
    const started = performance.now();
    const state = parsed(text);
    if (state) this.#take(state);
    const took = performance.now() - started;
    if (took > QUICK_MS) this.#rest(took * REST);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#waiting = undefined;
  }

  #rest(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.flush();
    }, milliseconds).unref();
  }
}

function parsed(text: string): StateDocument | undefined {
  try {
    return stateDocumentSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
