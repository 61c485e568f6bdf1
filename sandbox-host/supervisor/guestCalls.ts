import { setTimeout as sleep } from 'node:timers/promises';
import type { FromGuest } from '../bridge/guestMessages.ts';
import type { CapabilityContext } from '../capabilities/capability.ts';
import { type CallResult, performCall } from '../capabilities/capabilityTable.ts';
import { CallBudget } from './callBudget.ts';

const TOO_MUCH: CallResult = {
  ok: false,
  error: { code: 'EAGAIN', message: 'EAGAIN: too much waits for the host already.' },
};
/** How long each call of a throttled sandbox waits. */
const THROTTLED_CALL_MS = 50;

export interface CallingGuest {
  readonly world: CapabilityContext;
  /** How many calls may wait at one time, now. */
  mostWaiting(): number;
  readonly ended: boolean;
  reply(id: number, result: CallResult): void;
  /** It has more calls waiting than it may. */
  tooMany(): void;
  /** So many characters go over the network. */
  sent(length: number): void;
  /** Resolves when its worker has read what was sent to it. */
  taken(): Promise<void>;
}

/** What one guest asks of the host is done here, in the supervisor, when the policy allows it: counted, slowed down, held. */
export class GuestCalls {
  readonly #guest: CallingGuest;
  readonly #budget = new CallBudget();
  #inFlight = 0;
  #throttledUntil = 0;
  #suspended: PromiseWithResolvers<void> | undefined;

  constructor(guest: CallingGuest) {
    this.#guest = guest;
  }

  get suspended(): boolean {
    return this.#suspended !== undefined;
  }

  /** Delays each call for a while. */
  throttle(forMs: number): void {
    this.#throttledUntil = performance.now() + forMs;
  }

  /** No call goes on until `resume`. */
  suspend(): void {
    this.#suspended ??= Promise.withResolvers<void>();
  }

  resume(): void {
    this.#suspended?.resolve();
    this.#suspended = undefined;
  }

  /** Another isolate begins: what the last one waited for, nobody waits for now. */
  forget(): void {
    this.#inFlight = 0;
  }

  async take({ id, op, args }: Extract<FromGuest, { t: 'call' }>, length: number): Promise<void> {
    const guest = this.#guest;
    if (++this.#inFlight > guest.mostWaiting()) return guest.tooMany();
    if (op === 'net.fetch') guest.sent(length);
    if (performance.now() < this.#throttledUntil) await sleep(THROTTLED_CALL_MS);
    await this.#suspended?.promise;
    if (guest.ended) return;
    const admitted = await this.#budget.begin(op, length);
    const result = admitted && !guest.ended ? await performCall(op, args, guest.world) : TOO_MUCH;
    this.#inFlight--;
    guest.reply(id, result);
    if (admitted) await this.#budget.end(op, length, () => guest.taken());
  }
}
