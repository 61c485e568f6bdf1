/** Calls from JavaScript into native code: logged with their result, answered from the log in replay. */
import { Entry, Flag, KIND_MASK } from '../../recording/entryKinds.ts';
import { defineProperty, SafeWeakMap } from '../../recording/safeBuiltins.ts';
import { numberRequest } from '../asyncHooks/asyncContext.ts';
import { asyncIdCounter, setAsyncIdCounter } from '../asyncHooks/asyncIds.ts';
import { state } from '../boundaryState.ts';
import { wrapped } from '../disguise/disguise.ts';
import { deliver, isEmit } from '../events/delivery.ts';
import { readShared } from '../memory/sharedArrays.ts';
import { afterReplayed, describeNext, diverge } from '../replaying/divergence.ts';
import { refuseCrossing, standingStill } from '../replaying/questions.ts';
import { crossedCall } from '../replaying/replayCrossings.ts';
import type { NativeFunction } from '../start/natives.ts';
import { prepare, readOuts, requestOf } from './callArguments.ts';
import type { CallSpec } from './callSpec.ts';
import { fillLater, fillWhenSettled, readFill } from './fills.ts';
import { lastPromise } from './promises.ts';
import { hideWrapper, recordCall, recordFillingCall, recordPlainCall } from './recordCall.ts';
import { recordReading, recordWrite } from './shortWays.ts';

export type { CallSpec };

const wrappers = new SafeWeakMap<object, NativeFunction>();
/** A nested wrapped call would be logged while recording and never reached in replay: nothing is wrapped twice. */
export const isWrapped = (value: unknown): boolean => typeof value === 'function' && wrappers.has(value);
/** What a wrapped call calls, for the boundary's own use. */
export const unwrapped = (wrapper: unknown): NativeFunction | undefined =>
  typeof wrapper === 'function' ? wrappers.get(wrapper) : undefined;
wrapped.native = unwrapped;

/** Wraps a native function for the mode of this process. `name` identifies it in the log, e.g. `fs.open`. */
export function wrapCall(native: NativeFunction, name: string, spec: CallSpec = {}): NativeFunction {
  const wrapper = state.mode === 'record' ? recorderOf(spec)(native, name, spec) : replayCall(native, name, spec);
  wrappers.set(wrapper, native);
  defineProperty(wrapper, 'name', { value: native.name, configurable: true });
  if (native.length !== wrapper.length) defineProperty(wrapper, 'length', { value: native.length, configurable: true });
  return wrapper;
}

function recorderOf(spec: CallSpec): typeof recordCall {
  const { free, raw, shared, fill, extra, before, after, short } = spec;
  if (short) return short === 'reading' ? recordReading : recordWrite;
  if (!free || raw || shared || extra || before || after) return recordCall;
  return fill ? recordFillingCall : recordPlainCall;
}

function replayCall(_native: NativeFunction, name: string, spec: CallSpec): NativeFunction {
  const { shared, fill, extra, echo, transform } = spec;
  const { wrapper } = {
    wrapper(this: unknown, ...args: unknown[]): unknown {
      if (standingStill()) refuseCrossing(name);
      if (!prepare(this, args, spec.raw)) return undefined;
      const counter = asyncIdCounter();
      const flags = nextResult(name);
      const { decoder } = state.reader;
      const logged = decoder.name();
      if (logged !== name) diverge(`call of ${name}`, `${flags & 1 ? 'return' : 'throw'} of ${logged}`);
      if (flags & Flag.asyncIds) moveAsyncIds(counter, decoder.varint(), args);
      const value = decoder.value();
      crossedCall(name, args, this);
      if ((flags & KIND_MASK) === Entry.throw) {
        hideWrapper(value, wrapper);
        afterReplayed();
        throw value;
      }
      echo?.(this, args, value);
      if (flags & Flag.outs) readOuts(args);
      if (fill) {
        const request = requestOf(args);
        if (request) fillLater(request, fill(args));
        else if (value instanceof Promise) fillWhenSettled(lastPromise(), fill(args));
        else if (flags & Flag.fill) readFill(fill(args));
      }
      if (shared) readShared(shared);
      if (extra) extra.replay(this, args, flags & Flag.extra ? decoder.value() : undefined);
      afterReplayed();
      return transform ? transform(args, value) : value;
    },
  };
  return wrapper;
}

/** What native code numbered is the request that it was given. */
function moveAsyncIds(counter: number, moved: number, args: readonly unknown[]): void {
  const request = requestOf(args);
  if (request) numberRequest(request, counter + 1);
  setAsyncIdCounter(counter + moved);
}

/** Delivers the events that happened inside the call, up to its return or throw. */
function nextResult(name: string): number {
  for (;;) {
    const kind = state.reader.kind();
    const masked = kind === undefined ? 0 : kind & KIND_MASK;
    if (masked === Entry.return || masked === Entry.throw) return kind!;
    if (masked !== Entry.event || isEmit(state.reader.decoder)) diverge(`call of ${name}`, describeNext(kind));
    deliver(kind!);
  }
}
