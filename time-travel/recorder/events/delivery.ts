/** Replay of what native code called: one event is decoded, then run in the context it was recorded in. */
import { type Decoder, MalformedLog } from '../../recording/decoder.ts';
import { EventKind, Flag } from '../../recording/entryKinds.ts';
import { reflectApply } from '../../recording/safeBuiltins.ts';
import { type AsyncContext, contextOfCall, ownContext, runInContext } from '../asyncHooks/asyncContext.ts';
import { setAsyncIdCounter } from '../asyncHooks/asyncIds.ts';
import { handlerContexts } from '../asyncHooks/contexts.ts';
import { throughDomain } from '../asyncHooks/hookOrder.ts';
import { state } from '../boundaryState.ts';
import { passedFunction } from '../calls/callbacks.ts';
import { takeCarried } from '../calls/carried.ts';
import { readFill, takePending, takePendingOfPromise } from '../calls/fills.ts';
import { HANDLER_NAMES, handlers, ON_COMPLETE, ON_READ } from '../calls/handlerSlots.ts';
import { classOf, letGo, objectOf } from '../calls/identities.ts';
import { takePromise } from '../calls/promises.ts';
import { learnTime } from '../clocks/replayTime.ts';
import { passRead } from '../memory/readDiversions.ts';
import { readShared } from '../memory/sharedArrays.ts';
import { completeOutput, settleOutput } from '../output/output.ts';
import { afterReplayed, diverge } from '../replaying/divergence.ts';
import { crossedEvent, crossedTurn } from '../replaying/replayCrossings.ts';
import { nodeRequire } from '../start/natives.ts';

interface Delivery {
  run(): void;
  context?: AsyncContext;
}

export interface TaskQueue {
  runNextTicks(): void;
}
// Registering the tick callback again is harmless; this is the one way to reach `runNextTicks`.
export const { runNextTicks } = nodeRequire<{ setupTaskQueue(): TaskQueue }>(
  'internal/process/task_queues',
).setupTaskQueue();

export interface TimerCallbacks {
  processImmediate(this: unknown): void;
  processTimers(this: unknown, now: number): number;
}
export const timerCallbacks = nodeRequire<{ getTimerCallbacks(run: () => void): TimerCallbacks }>(
  'internal/timers',
).getTimerCallbacks(runNextTicks);

function readArguments(): unknown[] {
  const { decoder } = state.reader;
  const args: unknown[] = [];
  for (let left = decoder.varint(); left > 0; left--) args[args.length] = decoder.value();
  return args;
}

/** Reads what is new of a native addon. Set by `addons/index.ts`, since what an addon exports needs this file. */
export const foreign = { read: (): (() => void) => () => undefined };

/** Reads one event whose first byte was consumed; its effects on memory are applied, its function is not called. */
export function readEvent(flags: number): Delivery {
  const { decoder } = state.reader;
  crossedEvent();
  switch (readHead()) {
    case EventKind.property:
      return readHandlerEvent(flags);
    case EventKind.callback: {
      const passed = passedFunction(decoder.varint());
      const self = decoder.value();
      const args = readArguments();
      if (flags & Flag.shared) readShared(classOf(self)?.shared ?? []);
      if (!passed) return diverge('no such function was passed to native code', 'a call of a passed function');
      const run = () => {
        passed.before?.();
        reflectApply(passed.call, passed.self ?? self, args);
      };
      const target = passed.self ?? self;
      const isObject = typeof target === 'object' && target !== null;
      if (!isObject) return { run, context: passed.context };
      return { run, context: contextOfCall(target, classOf(target)?.standsIn === true, passed.context) };
    }
    case EventKind.promise:
      return readSettlement(flags);
    case EventKind.timers: {
      const now = decoder.double();
      learnTime(now);
      crossedTurn('timers');
      return { run: () => reflectApply(timerCallbacks.processTimers, process, [now]) };
    }
    case EventKind.foreign:
      return { run: foreign.read() };
    case EventKind.immediates:
      crossedTurn('immediates');
      return { run: () => throughDomain(timerCallbacks.processImmediate, []) };
  }
  throw new MalformedLog('unknown event');
}

/** True when the event that is `ahead` bytes before its kind is native code emitting on `process`. */
export const isEmit = ({ bytes, position }: Decoder, ahead = 0): boolean => bytes[position + ahead] === EventKind.emit;

/** What every event begins with; gives its kind. */
function readHead(): number {
  const { decoder } = state.reader;
  const kind = decoder.byte();
  setAsyncIdCounter(decoder.varint());
  state.events++;
  return kind;
}

/** Reads the event of native code emitting on `process`, whose first byte was consumed; gives the emitted name. */
export function readEmit(): string {
  readHead();
  const { decoder } = state.reader;
  const name = decoder.text();
  decoder.value();
  return name;
}

function readHandlerEvent(flags: number): Delivery {
  const { decoder } = state.reader;
  const property = decoder.byte();
  const id = decoder.varint();
  const args = readArguments();
  const object = objectOf(id);
  const handler = object && handlers[property]?.get(object);
  if (!object || !handler) {
    return diverge('no such handler was set', `a call of ${HANDLER_NAMES[property]} of object ${id}`);
  }
  const views = takePending(object);
  if (flags & Flag.fill) readFill(views ?? []);
  if (flags & Flag.shared) readShared(classOf(object)?.shared ?? []);
  takeCarried(object, property, args);
  completeOutput(object, args);
  const context = ownContext(object) ?? handlerContexts.get(object);
  if (property === ON_COMPLETE) letGo(id, object);
  const run = () => (property === ON_READ ? passRead(object, handler, args) : reflectApply(handler, object, args));
  return { run, ...(context && { context }) };
}

function readSettlement(flags: number): Delivery {
  const { decoder } = state.reader;
  const id = decoder.varint();
  const rejected = decoder.byte();
  const value = decoder.value();
  settleOutput(id, rejected ? undefined : value);
  const views = takePendingOfPromise(id);
  if (flags & Flag.fill) readFill(views ?? []);
  const pending = takePromise(id);
  if (!pending) return diverge('no such promise is pending', `settlement of promise ${id}`);
  return { run: () => (rejected ? pending.reject(value) : pending.resolve(value)) };
}

/** Delivers one event: from the loop, or one that happened while JavaScript was inside a native call. */
export function deliver(flags: number): void {
  const { run, context } = readEvent(flags);
  afterReplayed();
  runInContext(context, run);
}
