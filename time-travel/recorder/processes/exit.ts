/** The end of the program: natural, by `process.exit`, or by an uncaught error. */
import { Entry, EventKind } from '../../recording/entryKinds.ts';
import { defineProperty, getPrototypeOf, reflectApply } from '../../recording/safeBuiltins.ts';
import { throughDomain } from '../asyncHooks/hookOrder.ts';
import { recording, state } from '../boundaryState.ts';
import { disguise } from '../disguise/disguise.ts';
import { ownStack } from '../disguise/ownStack.ts';
import { armLoop, consumeEmit, consumeEnd } from '../events/driver.ts';
import { beginEvent, endEvent } from '../events/eventWriting.ts';
import { flushAlways } from '../log/flushing.ts';
import { noteEnd } from '../output/outputOrder.ts';
import { describeNext, diverge } from '../replaying/divergence.ts';
import { lifecycle } from '../replaying/lifecycle.ts';
import { internalBinding, type NativeFunction } from '../start/natives.ts';

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

/**
 * Which part of Node's JavaScript emits `exit`: `per_thread` is `process.exit`, which then calls `reallyExit`;
 * `execution` handles an uncaught error. Undefined when native code does.
 */
function libraryCaller(): string | undefined {
  const frames = ownStack();
  for (let i = 0; i < frames.length; i++) {
    // In a worker thread this one handles an uncaught error, and calls `process.exit` behind it.
    if (frames[i]!.getFunctionName() === 'workerOnGlobalUncaughtException') return 'per_thread';
    const file = frames[i]!.getFileName();
    if (file === 'node:internal/process/per_thread') return 'per_thread';
    if (file === 'node:internal/process/execution') return 'execution';
  }
  return undefined;
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

/** Native code emits `beforeExit` and `exit` by calling `process.emit`, which it finds on the prototype. */
function interceptEmit(): void {
  // As it would be found without this: the program, or `domain`, may put another one there.
  const inherited = getPrototypeOf(getPrototypeOf(process) as object) as { emit: NativeFunction };
  const original = inherited.emit;
  const emit: NativeFunction = function (this: unknown, ...args: unknown[]) {
    const name = args[0];
    const ending = this === process && (name === 'exit' || name === 'beforeExit') && !ended;
    return ending ? emitEnding(inherited.emit, args) : reflectApply(inherited.emit, this, args);
  };
  defineProperty(getPrototypeOf(process), 'emit', {
    value: disguise(emit, original),
    configurable: true,
    writable: true,
    enumerable: false,
  });
}

function emitEnding(original: NativeFunction, args: unknown[]): unknown {
  const name = args[0] as 'exit' | 'beforeExit';
  const value = args[1];
  const caller = libraryCaller();
  if (!caller) {
    if (recording()) recordEmit(name, value);
    // Native code asks again after it was kept waiting: the recorded program was asked once.
    else if (!consumeEmit(name)) {
      if (name === 'beforeExit') return false;
      diverge(`emit of ${name}`, describeNext(state.reader.kind()));
    }
  }
  const result = recording() || caller ? reflectApply(original, process, args) : throughDomain(original, args);
  if (name === 'beforeExit') {
    if (!recording() && !caller) armLoop();
  } else if (caller !== 'per_thread') endOfProgram(Number(process.exitCode ?? value) || 0, caller === undefined);
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
