/** Clock reads: `Date`, `performance.now` and what Node's library reads for itself. One small entry each. */
import { Entry, KIND_MASK } from '../../recording/entryKinds.ts';
import { defineProperty, getOwnPropertyDescriptor, reflectConstruct } from '../../recording/safeBuiltins.ts';
import { recording, state } from '../boundaryState.ts';
import { disguise, replaceFunction } from '../disguise/disguise.ts';
import { afterCrossing } from '../log/flushing.ts';
import { afterReplayed, describeNext, diverge } from '../replaying/divergence.ts';
import { standingStill } from '../replaying/questions.ts';
import { afterLoading, changePrimordials } from '../start/builtinLoading.ts';
import { exchangeFact } from '../start/facts.ts';
import { builtinModules, internalBinding, nodeRequire } from '../start/natives.ts';
import { learnTime, learnWallTime } from './replayTime.ts';

/** Wraps a function without arguments that gives a number. Replay tells `learn` each value. */
export function clock(read: () => number, name: string, learn: (value: number) => void): () => number {
  if (recording()) {
    return () => {
      const value = read();
      state.writer.entry(Entry.clock);
      state.writer.encoder.double(value);
      afterCrossing();
      return value;
    };
  }
  let last = 0;
  return () => {
    if (standingStill()) return last;
    const kind = state.reader.kind();
    if (kind === undefined || (kind & KIND_MASK) !== Entry.clock) diverge(`read of ${name}`, describeNext(kind));
    last = state.reader.decoder.double();
    learn(last);
    afterReplayed();
    return last;
  };
}

export function installClocks(): void {
  installDate();
  installPerformance();
  afterLoading('internal/http', installHttpDate);
  for (const id of ASK_FOR_DATE) changePrimordials(id, { DateNow: () => wallClock() });
  for (const id of MAKE_DATES) changePrimordials(id, { Date, DateNow: () => wallClock() });
  // What it shows of the real `Date` is the text of a native function.
  changePrimordials('internal/test_runner/mock/mock_timers', {
    FunctionPrototypeToString: (shown: () => unknown) => shown.toString(),
  });
}

/** They took `Date` or `Date.now` before it could be replaced. */
const MAKE_DATES = ['internal/test_runner/reporter/spec', 'internal/test_runner/reporter/junit'];
const ASK_FOR_DATE = ['internal/file', 'internal/readline/interface', 'internal/crypto/random'];

/** Reads the wall clock through the boundary, in milliseconds since 1970. */
export let wallClock: () => number;

function installDate(): void {
  wallClock = clock(Date.now, 'Date.now', learnWallTime);
  replaceDate(Date, globalThis);
}

/** Makes the `Date` of a realm (this one, or one of `vm.createContext`) read the clock through the boundary. */
export function replaceDate(RealDate: DateConstructor, realm: object): void {
  replaceFunction(RealDate, 'now', { now: () => wallClock() }.now);
  const proxy: DateConstructor = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      reflectConstruct(
        target,
        args.length > 0 ? args : [wallClock()],
        newTarget === proxy ? target : newTarget,
      ) as object,
    apply: () => new RealDate(wallClock()).toString(),
  });
  disguise(proxy, RealDate);
  defineProperty(RealDate.prototype, 'constructor', {
    ...getOwnPropertyDescriptor(RealDate.prototype, 'constructor'),
    value: proxy,
  });
  defineProperty(realm, 'Date', { value: proxy, writable: true, enumerable: false, configurable: true });
}

function installPerformance(): void {
  const binding = internalBinding('performance') as { now(): number; milestones: Float64Array };
  const perfNow = nodeRequire('internal/perf/utils') as { now(): number };
  const now = disguise(clock(binding.now, 'performance.now', learnTime), binding.now);
  // Before perf_hooks takes it apart, which the global loads when it is first used.
  perfNow.now = now;
  binding.now = now;
  if (builtinModules.map.get('internal/perf/performance')?.loaded) {
    const { performance } = globalThis;
    const prototype = Object.getPrototypeOf(performance) as object;
    const method = getOwnPropertyDescriptor(prototype, 'now') ? prototype : performance;
    replaceFunction(method, 'now', { now: () => now() }.now);
  }
  const { milestones } = binding;
  for (let i = 0; i < milestones.length; i++) milestones[i] = exchangeFact(milestones[i]) as number;
}

/** Node's http library took `Date` before it could be replaced. */
function installHttpDate(): void {
  const http = nodeRequire('internal/http') as { utcDate(): string };
  const { setUnrefTimeout } = nodeRequire('internal/timers') as {
    setUnrefTimeout(callback: () => void, delay: number): void;
  };
  let cached: string | undefined;
  http.utcDate = () => {
    if (!cached) {
      const date = new Date(wallClock());
      cached = date.toUTCString();
      setUnrefTimeout(() => {
        cached = undefined;
      }, 1000 - date.getMilliseconds());
    }
    return cached;
  };
}
