/**
 * A world whose every answer is a crossing or follows from one, for runs that are recorded: the clock is asked of the host each
 * time, chance comes from a seed, and what garbage collection would show is not shown.
 */
export function steadyWorld(now: () => number, seed: number): void {
  steadyClock(now);
  steadyChance(seed);
  hideCollection();
}

function steadyClock(now: () => number): void {
  const Real = Date;
  const { construct, apply } = Reflect;
  // biome-ignore lint/suspicious/noShadowRestrictedNames: a program sees its name.
  const Steady = function Date(...args: unknown[]): unknown {
    if (new.target === undefined) return new Real(now()).toString();
    return construct(Real, args.length === 0 ? [now()] : args, new.target);
  };
  Object.defineProperty(Steady, 'length', { value: 7 });
  Object.defineProperty(Steady, 'prototype', { value: Real.prototype, writable: false });
  for (const [name, value] of Object.entries({ now: () => now(), parse: Real.parse, UTC: Real.UTC })) {
    Object.defineProperty(Steady, name, { value, writable: true, configurable: true, enumerable: false });
  }
  define(Real.prototype, 'constructor', Steady);
  define(globalThis, 'Date', Steady);
  // Formatting without a date means now.
  const { prototype } = Intl.DateTimeFormat;
  const { get } = Object.getOwnPropertyDescriptor(prototype, 'format')!;
  const { formatToParts } = prototype;
  Object.defineProperty(prototype, 'format', {
    configurable: true,
    get(this: Intl.DateTimeFormat) {
      const format = apply(get!, this, []) as (date: unknown) => string;
      return (date?: unknown) => format(date ?? now());
    },
  });
  define(prototype, 'formatToParts', function (this: Intl.DateTimeFormat, date?: Date | number) {
    return apply(formatToParts, this, [date ?? now()]);
  });
}

/** mulberry32: 32 bits of state are enough where nothing secret depends on them. */
function steadyChance(seed: number): void {
  let state = seed >>> 0;
  const { imul } = Math;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  define(Math, 'random', () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53);
}

function hideCollection(): void {
  class Strong<T extends WeakKey> {
    readonly #target: T;
    constructor(target: T) {
      this.#target = target;
    }
    deref(): T | undefined {
      return this.#target;
    }
  }
  class NeverFinal {
    register(): void {}
    unregister(): boolean {
      return false;
    }
  }
  Object.defineProperty(Strong, 'name', { value: 'WeakRef' });
  Object.defineProperty(NeverFinal, 'name', { value: 'FinalizationRegistry' });
  Object.defineProperty(Strong.prototype, Symbol.toStringTag, { value: 'WeakRef', configurable: true });
  Object.defineProperty(NeverFinal.prototype, Symbol.toStringTag, {
    value: 'FinalizationRegistry',
    configurable: true,
  });
  define(globalThis, 'WeakRef', Strong);
  define(globalThis, 'FinalizationRegistry', NeverFinal);
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
}
