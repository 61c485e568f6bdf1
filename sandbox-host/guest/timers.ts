import type { Send } from './dispatcher.ts';

/** Timers live in the worker; the guest keeps only the functions. */
export interface Timers {
  globals: Record<string, unknown>;
  fire(id: number): void;
  /** The number that the next timer gets. */
  next(): number;
  /** Stops every timer from that number on. */
  clearFrom(number: number): void;
}

const MAX_DELAY = 2 ** 31 - 1;

export function createTimers(send: Send, limit: number): Timers {
  const active = new Map<number, { run: () => void; repeat: boolean }>();
  const { get, set, delete: remove } = Map.prototype;
  const apply = Reflect.apply;
  let next = 1;
  const start = (callback: unknown, delay: unknown, args: unknown[], repeat: boolean): number => {
    if (typeof callback !== 'function') {
      throw Object.assign(new TypeError('The "callback" argument must be of type function.'), {
        code: 'ERR_INVALID_ARG_TYPE',
      });
    }
    if (active.size >= limit) throw new RangeError(`More than ${limit} timers are running.`);
    const wanted = Number(delay);
    const after = wanted >= 1 && wanted <= MAX_DELAY ? Math.trunc(wanted) : 1;
    const id = next++;
    apply(set, active, [id, { run: () => apply(callback, undefined, args), repeat }]);
    send('timer', `${repeat ? 'interval' : 'timeout'} ${after}`, id);
    return id;
  };
  const clear = (id: unknown) => {
    const number = Number(id);
    if (apply(remove, active, [number])) send('clear', '', number);
  };
  return {
    globals: {
      setTimeout: (callback: unknown, delay?: unknown, ...args: unknown[]) => start(callback, delay, args, false),
      setInterval: (callback: unknown, delay?: unknown, ...args: unknown[]) => start(callback, delay, args, true),
      setImmediate: (callback: unknown, ...args: unknown[]) => start(callback, 1, args, false),
      clearTimeout: clear,
      clearInterval: clear,
      clearImmediate: clear,
      queueMicrotask: (callback: () => void) => {
        if (typeof callback !== 'function') throw new TypeError('The "callback" argument must be of type function.');
        void Promise.resolve().then(() => callback());
      },
    },
    next: () => next,
    clearFrom(number) {
      for (const id of [...active.keys()]) if (id >= number) clear(id);
    },
    fire(id) {
      const timer = apply(get, active, [id]);
      if (!timer) return;
      if (!timer.repeat) apply(remove, active, [id]);
      timer.run();
    },
  };
}
