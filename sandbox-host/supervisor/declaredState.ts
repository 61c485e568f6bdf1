import type { StateDocument } from '../../protocol/stateDocument.ts';
import { StateInbox } from './stateInbox.ts';

/** How soon after a turn state is reported: to a panel, and to a bridge. */
const WATCHED_MS = 100;
const SUBSCRIBED_MS = 1;

export interface StateTeller {
  /** Somebody looks on, and the state is another. */
  changed(state: StateDocument): void;
  /** How the worker is to report state from now on; false when there is nobody to tell it. */
  report(on: boolean, afterMs: number): boolean;
}

/** The declared state of one sandbox as it was last heard of, and who wants to hear of its changes. */
export class DeclaredState {
  readonly #teller: StateTeller;
  readonly #kept: boolean;
  readonly #inbox = new StateInbox((state) => this.#arrived(state));
  readonly #subscribers = new Set<(state: StateDocument) => void>();
  #checkpoint: StateDocument | undefined;
  #watching = false;
  #told = '';

  /** @param kept it is reported even while nobody looks on, to continue from */
  constructor(kept: boolean, teller: StateTeller) {
    this.#kept = kept;
    this.#teller = teller;
  }

  /** The last one known. */
  get checkpoint(): StateDocument | undefined {
    return this.#checkpoint;
  }

  /** What a worker reports, as text: read at a pace that the host can bear. */
  reported(text: string): void {
    this.#inbox.arrived(text);
  }

  /** Reads what was reported and waits still. */
  flush(): void {
    this.#inbox.flush();
  }

  keep(state: StateDocument): void {
    this.#checkpoint = state;
  }

  /** An edit from outside has made it so. */
  edited(state: StateDocument): void {
    this.#checkpoint = state;
    this.#teller.changed(state);
  }

  /** Calls `changed` soon after each change, until the function that it gives is called. */
  subscribe(changed: (state: StateDocument) => void): () => void {
    this.#subscribers.add(changed);
    this.#tell();
    return () => {
      this.#subscribers.delete(changed);
      this.#tell();
    };
  }

  /** While on, the teller hears of every change; the last one known at once. */
  watch(on: boolean): void {
    this.#watching = on;
    this.#tell();
    if (on && this.#checkpoint) this.#teller.changed(this.#checkpoint);
  }

  /** A new worker has not been told anything yet. */
  tellAnew(): void {
    this.#told = '';
    this.#tell();
  }

  close(): void {
    this.#inbox.close();
  }

  #tell(): void {
    const on = this.#kept || this.#watching || this.#subscribers.size > 0;
    const afterMs = this.#subscribers.size > 0 ? SUBSCRIBED_MS : WATCHED_MS;
    const wanted = `${on} ${afterMs}`;
    if (wanted !== this.#told && this.#teller.report(on, afterMs)) this.#told = wanted;
  }

  #arrived(state: StateDocument): void {
    this.#checkpoint = state;
    for (const subscriber of this.#subscribers) subscriber(state);
    if (this.#watching) this.#teller.changed(state);
  }
}
