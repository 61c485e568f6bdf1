import type { Limits } from '../../protocol/sandbox.ts';
import type { Breach } from '../bridge/messages.ts';

/** What the watchdog looks at: times in milliseconds. */
export interface Watched {
  limits: Pick<Limits, 'wallMs' | 'turnMs' | 'cpuMs'>;
  startedAt: number;
  /** When the guest took the thread, or undefined while it has let go. */
  turnStartedAt: number | undefined;
  cpuMs(): number;
  breach(breach: Breach): void;
}

/** Finds the first limit that `watched` is over at `now`. */
export function findBreach(watched: Watched, now: number): Breach | undefined {
  const { wallMs, turnMs, cpuMs } = watched.limits;
  if (wallMs && now - watched.startedAt >= wallMs) return 'timeout';
  if (watched.turnStartedAt === undefined) return undefined;
  if (turnMs && now - watched.turnStartedAt >= turnMs) return 'timeout';
  return cpuMs && watched.cpuMs() >= cpuMs ? 'cpu-limit' : undefined;
}

const INTERVAL_MS = 10;

/**
 * Ends guests that are over a limit. A guest runs on a thread of its own, so this timer of the worker's main thread goes on
 * while a guest loops; isolated-vm's own `timeout` does not cover awaiting, native operations and many calls at once.
 */
export class Watchdog {
  readonly #watched = new Set<Watched>();
  #timer: NodeJS.Timeout | undefined;

  add(watched: Watched): void {
    this.#watched.add(watched);
    this.#timer ??= setInterval(() => this.#check(), INTERVAL_MS);
  }

  remove(watched: Watched): void {
    this.#watched.delete(watched);
    if (this.#watched.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #check(): void {
    const now = performance.now();
    for (const watched of this.#watched) {
      const breach = findBreach(watched, now);
      if (!breach) continue;
      this.remove(watched);
      watched.breach(breach);
    }
  }
}
