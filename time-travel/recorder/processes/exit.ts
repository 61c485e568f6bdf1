/** The end of the program: natural, by `process.exit`, or by an uncaught error. */
import { Entry, EventKind } from '../../recording/entryKinds.ts';
import { defineProperty, getPrototypeOf, reflectApply } from '../../recording/safeBuiltins.ts';
import { throughDomain } from '../asyncHooks/hookOrder.ts';
import { recording, state } from '../boundaryState.ts';
import { disguise } from '../disguise/disguise.ts';
import { callerFile } from '../disguise/ownStack.ts';
import { armLoop, consumeEmit, consumeEnd } from '../events/driver.ts';
import { beginEvent, endEvent } from '../events/eventWriting.ts';
import { flushAlways } from '../log/flushing.ts';
import { noteEnd } from '../output/outputOrder.ts';
import { describeNext, diverge } from '../replaying/divergence.ts';
import { lifecycle } from '../replaying/lifecycle.ts';
import { internalBinding, type NativeFunction } from '../start/natives.ts';

const { runMicrotasks } = internalBinding('task_queue') as { runMicrotasks: () => void };

let ended = false;
let lastWork: (() => void) | undefined;

/** Recording: what is left to do when the log is closed and the program over. */
export function afterRecording(work: () => void): void {
  lastWork = work;
}

/** @param closing false when Node's native code will still call JavaScript to print an uncaught error. */
function recordEnd(code: number, closing: boolean): void {
  if (ended) return;
  ended = true;
  noteEnd();
  state.writer.entry(Entry.end);
  state.writer.encoder.varint(code);
  if (closing) {
    state.writer.close();
    lastWork?.();
  } else {
    state.writer.settle();
    flushAlways();
  }
}

export function installExit(): void {
  const methods = internalBinding('process_methods') as Record<string, NativeFunction>;
  const reallyExit = methods.reallyExit!;
  const exit: NativeFunction = recording()
    ? (code) => {
        recordEnd(Number(code) || 0, true);
        return reflectApply(reallyExit, process, [code]);
      }
    : (code) => lifecycle.finished(consumeEnd(Number(code) || 0));
  methods.reallyExit = exit;
  (process as unknown as Record<string, unknown>).reallyExit = disguise(exit, reallyExit);
  interceptEmit();
}

/** The part of Node's library that handles an uncaught error. */
const LAST_HANDLER = 'node:internal/process/execution';

/**
 * Native code emits `beforeExit` and `exit` by calling `process.emit`, and the library does when an error was not caught.
 * They alone find another function there than the program: what a program put there itself (many packages do) and what it
 * does behind the listeners is a part of the ending.
 */
function interceptEmit(): void {
  const prototype = getPrototypeOf(process) as object;
  const inherited = getPrototypeOf(prototype) as { emit: NativeFunction };
  let replaced: NativeFunction | undefined;
  const present = () => replaced ?? inherited.emit;
  const byNative: NativeFunction = (...args) => emitEnding(present(), args, false);
  const byLibrary: NativeFunction = (...args) => emitEnding(present(), args, true);
  const found = (value: unknown): unknown => {
    if (typeof value !== 'function' || ended) return value;
    const file = callerFile();
    if (file === undefined) return byNative;
    return file === LAST_HANDLER ? byLibrary : value;
  };
  const own = {
    get: () => found(replaced),
    set(value: NativeFunction) {
      replaced = value;
    },
    configurable: true,
    enumerable: true,
  };
  defineProperty(prototype, 'emit', {
    get(this: unknown) {
      if (this !== process) return inherited.emit;
      // The program may have deleted its own.
      replaced = undefined;
      return found(inherited.emit);
    },
    set(this: object, value: NativeFunction) {
      if (this !== process) {
        defineProperty(this, 'emit', { value, writable: true, enumerable: true, configurable: true });
        return;
      }
      replaced = value;
      defineProperty(process, 'emit', own);
    },
    configurable: true,
    enumerable: false,
  });
}

function emitEnding(emit: NativeFunction, args: unknown[], byLibrary: boolean): unknown {
  const name = args[0];
  if (name !== 'exit' && name !== 'beforeExit') return reflectApply(emit, process, args);
  const value = args[1];
  if (!byLibrary) {
    if (recording()) recordEmit(name, value);
    // Native code asks again after it was kept waiting: the recorded program was asked once.
    else if (!consumeEmit(name)) {
      if (name === 'beforeExit') return false;
      diverge(`emit of ${name}`, describeNext(state.reader.kind()));
    }
  }
  const result = recording() || byLibrary ? reflectApply(emit, process, args) : throughDomain(emit, args);
  if (name === 'exit') {
    try {
      // As native code does behind its call, when the log would be closed already. There are no ticks: `nextTick` refuses.
      if (!byLibrary) runMicrotasks();
    } finally {
      endOfProgram(Number(process.exitCode ?? value) || 0, !byLibrary);
    }
  } else if (!recording() && !byLibrary) armLoop();
  return result;
}

function recordEmit(name: string, value: unknown): void {
  beginEvent(EventKind.emit, 0);
  state.writer.encoder.string(name);
  state.writer.encoder.value(value);
  endEvent();
}

/** Native code leaves when `emit` returns (it prints an uncaught error first). */
function endOfProgram(code: number, natural: boolean): void {
  if (recording()) return recordEnd(code, natural);
  ended = true;
  lifecycle.reached(consumeEnd(code));
}
