/** Recording: a native function that logs what each call of it gave. */
import { Entry, Flag } from '../../recording/entryKinds.ts';
import { getPrototypeOf, isView, PromisePrototype, reflectApply } from '../../recording/safeBuiltins.ts';
import { Tag } from '../../recording/valueTags.ts';
import { asyncIdCounter } from '../asyncHooks/asyncIds.ts';
import { state } from '../boundaryState.ts';
import { afterCrossing } from '../log/flushing.ts';
import { writeShared } from '../memory/sharedArrays.ts';
import { noteThrown } from '../processes/fatalErrors.ts';
import type { NativeFunction } from '../start/natives.ts';
import { gainedKeys, plainObjects, prepare, requestOf, writeOuts } from './callArguments.ts';
import type { CallSpec } from './callSpec.ts';
import { type FillView, fillLater, fillWhenSettled, writeFill } from './fills.ts';
import { lastPromise } from './promises.ts';

/** @param outermost what the program's library calls, if that is not what is given back: stacks of errors begin at its caller */
export function recordCall(
  native: NativeFunction,
  name: string,
  spec: CallSpec,
  outermost?: () => NativeFunction,
): NativeFunction {
  const { shared, fill, extra, before, after, concerns } = spec;
  let number = -1;
  const { wrapper } = {
    wrapper(this: unknown, ...args: unknown[]): unknown {
      if (!prepare(this, args, spec.raw)) return reflectApply(native, this, args);
      const plain = spec.raw ? undefined : plainObjects(args);
      const concerned = concerns === undefined || concerns(this);
      if (concerned && before) before(this, args);
      const counter = asyncIdCounter();
      let result: unknown;
      try {
        result = reflectApply(native, this, args);
      } catch (error) {
        logThrow(name, error, counter, outermost?.() ?? wrapper);
        throw error;
      }
      const { writer } = state;
      const { encoder } = writer;
      const request = fill && requestOf(args);
      const outs = plain !== undefined && gainedKeys(plain, args);
      const settles = fill !== undefined && result instanceof Promise;
      const fillsNow = fill !== undefined && !request && !settles;
      const moved = asyncIdCounter() - counter;
      const more = concerned && extra ? extra.record(this, args, result) : undefined;
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
      if (concerned && after) after(this, args, result);
      return result;
    },
  };
  return wrapper;
}

/** True for what has no identity across the boundary and is not filled in as an out-parameter. */
const isPlain = (value: unknown): boolean =>
  typeof value === 'object' ? value === null || isView(value) : typeof value !== 'function';

/** A function as the log knows it. */
export interface Logged {
  name: string;
  /** Its number in the log; negative before it was written first. */
  number: number;
  shared: readonly number[] | undefined;
}

/**
 * For a function of a binding of which nothing is logged but its result: calls that pass plain values alone (synchronous
 * ones, and those that give a promise) take a short way. What it was passed goes nowhere else, so that V8 needs no array of it.
 */
export function recordPlainCall(native: NativeFunction, name: string, spec: CallSpec): NativeFunction {
  const general = recordCall(native, name, spec, () => wrapper);
  const logged: Logged = { name, number: -1, shared: undefined };
  const { wrapper } = {
    wrapper(this: unknown, ...args: unknown[]): unknown {
      for (let i = 0; i < args.length; i++) if (!isPlain(args[i])) return reflectApply(general, this, args);
      const counter = asyncIdCounter();
      let result: unknown;
      try {
        result = reflectApply(native, this, args);
      } catch (error) {
        logThrow(name, error, counter, wrapper);
        throw error;
      }
      logReturn(logged, result, counter);
      return result;
    },
  };
  return wrapper;
}

/** The same for a function that fills what it is passed. */
export function recordFillingCall(native: NativeFunction, name: string, spec: CallSpec): NativeFunction {
  const general = recordCall(native, name, spec, () => wrapper);
  const logged: Logged = { name, number: -1, shared: undefined };
  const fill = spec.fill!;
  const { wrapper } = {
    wrapper(this: unknown, ...args: unknown[]): unknown {
      for (let i = 0; i < args.length; i++) if (!isPlain(args[i])) return reflectApply(general, this, args);
      const counter = asyncIdCounter();
      let result: unknown;
      try {
        result = reflectApply(native, this, args);
      } catch (error) {
        logThrow(name, error, counter, wrapper);
        throw error;
      }
      logFilled(logged, fill(args), result, counter);
      return result;
    },
  };
  return wrapper;
}

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && getPrototypeOf(value) === PromisePrototype;

/** Apart from the wrappers, so that V8 compiles it once for all of them. */
export function logReturn(logged: Logged, result: unknown, counter: number): void {
  const { writer } = state;
  const { encoder } = writer;
  const { shared, number } = logged;
  const moved = asyncIdCounter() - counter;
  const flags = (moved > 0 ? Flag.asyncIds : 0) | (shared ? Flag.shared : 0);
  if (flags === 0 && typeof result === 'number' && result > 0 && result < 64 && number >= 0 && number < 128) {
    const small = result | 0;
    if (small === result) {
      writer.entry(Entry.return);
      encoder.three(number, Tag.int, small << 1);
      return afterCrossing();
    }
  }
  beginReturn(logged, flags, moved);
  if (isPromise(result)) encoder.promise(result);
  else encoder.value(result);
  if (shared) writeShared(shared);
  afterCrossing();
}

function logFilled(logged: Logged, views: FillView[], result: unknown, counter: number): void {
  const { encoder } = state.writer;
  const moved = asyncIdCounter() - counter;
  const promise = isPromise(result);
  beginReturn(logged, (moved > 0 ? Flag.asyncIds : 0) | (promise ? 0 : Flag.fill), moved);
  if (promise) {
    encoder.promise(result);
    fillWhenSettled(lastPromise(), views);
  } else {
    encoder.value(result);
    writeFill(views, result);
  }
  afterCrossing();
}

function beginReturn(logged: Logged, flags: number, moved: number): void {
  const { writer } = state;
  if (logged.number < 0) logged.number = writer.beginFirstReturn(logged.name, flags);
  else writer.beginReturn(logged.number, flags);
  if (moved > 0) writer.encoder.varint(moved);
}

export function logThrow(name: string, error: unknown, counter: number, wrapper: NativeFunction): void {
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
