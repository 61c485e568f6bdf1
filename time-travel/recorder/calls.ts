/** Calls from JavaScript into native code: logged with their result, answered from the log in replay. */
import { Entry, Flag, KIND_MASK } from '../recording/entryKinds.ts';
import {
  defineProperty,
  getPrototypeOf,
  hasOwn,
  ObjectPrototype,
  objectAssign,
  objectKeys,
  reflectApply,
  SafeWeakMap,
} from '../recording/safeBuiltins.ts';
import { asyncIdCounter, setAsyncIdCounter } from './asyncIds.ts';
import { state } from './boundaryState.ts';
import { wrapCallback } from './callbacks.ts';
import { deliver, isEmit } from './delivery.ts';
import { afterReplayed, describeNext, diverge } from './divergence.ts';
import { noteThrown } from './fatalErrors.ts';
import { type FillRule, fillLater, fillWhenSettled, readFill, writeFill } from './fills.ts';
import { afterCrossing } from './flushing.ts';
import { classOf, idOf, isKnown } from './identities.ts';
import type { NativeFunction } from './natives.ts';
import { lastPromise } from './promises.ts';
import { refuseCrossing, standingStill } from './questions.ts';
import { crossedCall } from './replayCrossings.ts';
import { readShared, writeShared } from './sharedArrays.ts';

/** What is special about one native function. */
export interface CallSpec {
  /** Arrays shared with native code that it writes. */
  shared?: readonly number[];
  /** Arguments that native code fills. */
  fill?: FillRule;
  /** More state to carry across: plain data, or undefined for nothing, taken right after the call. */
  extra?: {
    record(self: unknown, args: readonly unknown[], result: unknown): unknown;
    replay(self: unknown, args: readonly unknown[], recorded: unknown): void;
  };
  /** Arguments reach native code as they are: functions among them are values. */
  raw?: boolean;
  /** Replay: changes what the caller gets. */
  transform?(args: readonly unknown[], result: unknown): unknown;
  /** Replay: shows output that the program wrote here. */
  echo?(self: unknown, args: readonly unknown[]): void;
  /** Recording: runs before the native function, for example to flush before the process dies; may replace arguments. */
  before?(self: unknown, args: unknown[]): void;
  /** Recording: runs when the call has been logged. */
  after?(self: unknown, args: readonly unknown[]): void;
}

const wrappers = new SafeWeakMap<object, true>();
/** A nested wrapped call would be logged while recording and never reached in replay: nothing is wrapped twice. */
export const isWrapped = (value: unknown): boolean => typeof value === 'function' && wrappers.has(value);

/** Wraps a native function for the mode of this process. `name` identifies it in the log, e.g. `fs.open`. */
export function wrapCall(native: NativeFunction, name: string, spec: CallSpec = {}): NativeFunction {
  const wrapper = state.mode === 'record' ? recordCall(native, name, spec) : replayCall(native, name, spec);
  wrappers.set(wrapper, true);
  defineProperty(wrapper, 'name', { value: native.name, configurable: true });
  if (native.length !== wrapper.length) defineProperty(wrapper, 'length', { value: native.length, configurable: true });
  return wrapper;
}

/**
 * Gives ids and wraps callbacks, identically in both modes. False for a call by which a native object is only being made
 * (a message port calls into JavaScript then): it is no crossing.
 */
function prepare(self: unknown, args: unknown[], raw: boolean | undefined): boolean {
  const info = classOf(self);
  if (info) {
    if (info.begin && !isKnown(self as object)) return false;
    idOf(self as object);
  }
  if (raw) return true;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (typeof arg === 'function') args[i] = wrapCallback(arg as NativeFunction);
    else if (typeof arg === 'object' && classOf(arg)) {
      if (hasOwn(arg as object, 'oncomplete')) hookEarlyRequest(arg as { oncomplete?: unknown });
      idOf(arg as object);
    }
  }
  return true;
}

/**
 * Library modules that were loaded before the boundary (for `--test`) make requests with the native constructor, which puts
 * `oncomplete` on the request itself: taken off and set again it reaches the hook on the prototype.
 */
function hookEarlyRequest(request: { oncomplete?: unknown }): void {
  const { oncomplete } = request;
  delete request.oncomplete;
  if (oncomplete) request.oncomplete = oncomplete;
}

/** Index and key count of the plain objects among the arguments: one that gains keys is an out-parameter. */
function plainObjects(args: readonly unknown[]): number[] | undefined {
  let found: number[] | undefined;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg !== null && typeof arg === 'object' && getPrototypeOf(arg) === ObjectPrototype) {
      found ??= [];
      found[found.length] = i;
      found[found.length] = objectKeys(arg).length;
    }
  }
  return found;
}

function gainedKeys(plain: readonly number[], args: readonly unknown[]): boolean {
  for (let i = 0; i < plain.length; i += 2) {
    if (objectKeys(args[plain[i]!] as object).length !== plain[i + 1]) return true;
  }
  return false;
}

function writeOuts(plain: readonly number[], args: readonly unknown[]): void {
  const { encoder } = state.writer;
  for (let i = 0; i < plain.length; i += 2) {
    encoder.byte(plain[i]! + 1);
    encoder.value({ ...(args[plain[i]!] as object) });
  }
  encoder.byte(0);
}

function readOuts(args: readonly unknown[]): void {
  const { decoder } = state.reader;
  for (let i = decoder.byte(); i > 0; i = decoder.byte()) objectAssign(args[i - 1] as object, decoder.value());
}

const requestOf = (args: readonly unknown[]): object | undefined => {
  const last = args[args.length - 1];
  return classOf(last) ? (last as object) : undefined;
};

function recordCall(native: NativeFunction, name: string, spec: CallSpec): NativeFunction {
  const { shared, fill, extra, before, after } = spec;
  let number = -1;
  const { wrapper } = {
    wrapper(this: unknown, ...args: unknown[]): unknown {
      if (!prepare(this, args, spec.raw)) return reflectApply(native, this, args);
      const plain = spec.raw ? undefined : plainObjects(args);
      before?.(this, args);
      const counter = asyncIdCounter();
      let result: unknown;
      try {
        result = reflectApply(native, this, args);
      } catch (error) {
        logThrow(name, error, counter, wrapper);
        throw error;
      }
      const { writer } = state;
      const { encoder } = writer;
      const request = fill && requestOf(args);
      const outs = plain !== undefined && gainedKeys(plain, args);
      const settles = fill !== undefined && result instanceof Promise;
      const fillsNow = fill !== undefined && !request && !settles;
      const moved = asyncIdCounter() - counter;
      const more = extra?.record(this, args, result);
      writer.entry(
        Entry.return |
          (more !== undefined ? Flag.extra : 0) |
          (outs ? Flag.outs : 0) |
          (fillsNow ? Flag.fill : 0) |
          (shared ? Flag.shared : 0) |
          (moved > 0 ? Flag.asyncIds : 0),
      );
      if (number >= 0) encoder.varint(number);
      else {
        encoder.name(name);
        number = encoder.numberOf(name);
      }
      if (moved > 0) encoder.varint(moved);
      encoder.value(result);
      if (outs) writeOuts(plain!, args);
      if (fill) {
        if (request) fillLater(request, fill(args));
        else if (settles) fillWhenSettled(lastPromise(), fill(args));
        else writeFill(fill(args), result);
      }
      if (shared) writeShared(shared);
      if (more !== undefined) encoder.value(more);
      afterCrossing();
      after?.(this, args);
      return result;
    },
  };
  return wrapper;
}

function logThrow(name: string, error: unknown, counter: number, wrapper: NativeFunction): void {
  const { writer } = state;
  const moved = asyncIdCounter() - counter;
  writer.entry(Entry.throw | (moved > 0 ? Flag.asyncIds : 0));
  writer.encoder.name(name);
  if (moved > 0) writer.encoder.varint(moved);
  writer.encoder.value(error);
  afterCrossing();
  hideWrapper(error, wrapper);
}

/** The stack of an error that native code threw begins at its caller; so does the source line that Node prints. */
export function hideWrapper(error: unknown, wrapper: NativeFunction): void {
  if (!(error instanceof Error)) return;
  captureStackTrace(error, wrapper);
  noteThrown(error);
}
const { captureStackTrace } = Error;

function replayCall(_native: NativeFunction, name: string, spec: CallSpec): NativeFunction {
  const { shared, fill, extra, echo, transform } = spec;
  const { wrapper } = {
    wrapper(this: unknown, ...args: unknown[]): unknown {
      if (standingStill()) refuseCrossing(name);
      if (!prepare(this, args, spec.raw)) return undefined;
      echo?.(this, args);
      const flags = nextResult(name);
      const { decoder } = state.reader;
      const logged = decoder.name();
      if (logged !== name) diverge(`call of ${name}`, `${flags & 1 ? 'return' : 'throw'} of ${logged}`);
      if (flags & Flag.asyncIds) setAsyncIdCounter(asyncIdCounter() + decoder.varint());
      const value = decoder.value();
      crossedCall(name, args, this);
      if ((flags & KIND_MASK) === Entry.throw) {
        hideWrapper(value, wrapper);
        afterReplayed();
        throw value;
      }
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
