/** Functions of the program that are passed to native code: calling one of them is an event. */
import { EventKind, Flag } from '../../recording/entryKinds.ts';
import { reflectApply, SafeMap } from '../../recording/safeBuiltins.ts';
import { type AsyncContext, presentContext } from '../asyncHooks/asyncContext.ts';
import { addDispatcher, runHooksBefore } from '../asyncHooks/hookOrder.ts';
import { state } from '../boundaryState.ts';
import { beginEvent, endEvent, writeArguments } from '../events/eventWriting.ts';
import { writeShared } from '../memory/sharedArrays.ts';
import type { NativeFunction } from '../start/natives.ts';
import { classOf } from './identities.ts';

export interface PassedFunction {
  call: NativeFunction;
  context: AsyncContext;
  /** The receiver where native code's own object is not in the log. */
  self?: object;
  /** Work that native code did before it called. */
  before?: () => void;
}

let lastId = 0;
const passed = new SafeMap<number, PassedFunction>();

/** Gives the number by which the log names a function that is passed to native code. */
export function numberPassed(callback: PassedFunction): number {
  const id = ++lastId;
  if (state.mode === 'replay') passed.set(id, callback);
  return id;
}

/** Gives what native code is to receive instead of `callback`. */
export function wrapCallback(callback: NativeFunction): NativeFunction {
  const id = ++lastId;
  if (state.mode === 'replay') {
    passed.set(id, { call: callback, context: presentContext(callback) });
    return callback;
  }
  // Not a function that could be constructed: some native code insists on that.
  const { passed: dispatcher } = {
    passed(this: unknown, ...args: unknown[]) {
      const info = classOf(this);
      const shared = info?.shared;
      beginEvent(EventKind.callback, shared ? Flag.shared : 0);
      const { encoder } = state.writer;
      encoder.varint(id);
      encoder.value(info ? this : undefined);
      writeArguments(args);
      if (shared) writeShared(shared);
      endEvent();
      runHooksBefore();
      return reflectApply(callback, this, args);
    },
  };
  addDispatcher(dispatcher);
  return dispatcher;
}

export const passedFunction = (id: number): PassedFunction | undefined => passed.get(id);
/** The function that was wrapped last. */
export const lastPassed = (): PassedFunction | undefined => passed.get(lastId);
