/**
 * When the log is handed to the operating system. Bytes in the encoder are lost when the process is killed, so they
 * leave: before a call that ends the process, after output (as long as there is little of it), at most some
 * milliseconds after any crossing, and by a timer when the program goes idle.
 */
import { state } from '../boundaryState.ts';
import { internalBinding, type NativeFunction, realNatives } from '../start/natives.ts';

/** Longest time that a crossing stays unflushed while others follow. */
const BUSY_MS = 20;
/** Longest time that a crossing stays unflushed when the event loop is idle. */
const IDLE_MS = 50;
/** Crossings between two looks at the clock. */
const CROSSINGS_PER_LOOK = 16;
/** Flushes at once after output; they come back at one per millisecond. */
const OUTPUT_BURST = 64;

const { scheduleTimer } = internalBinding('timers') as Record<string, NativeFunction>;
let countdown = CROSSINGS_PER_LOOK;
let lastFlush = 0;
let lastChunk = 0;
let scheduled = false;
let outputBudget = OUTPUT_BURST;
let wakeWanted = 0;

export function flushNow(): void {
  state.writer.flush();
  lastFlush = realNatives.now();
}

let always = false;
/** The process is about to end without another chance to flush. */
export function flushAlways(): void {
  always = true;
  flushNow();
}

/** Called at the end of every crossing: cheap unless a look at the clock is due. */
export function afterCrossing(): void {
  if (always) return flushNow();
  if (!scheduled) scheduleWake();
  if (--countdown > 0) return;
  countdown = CROSSINGS_PER_LOOK;
  const now = realNatives.now();
  const { chunk } = state.writer;
  if (chunk === lastChunk) {
    if (now - lastFlush >= BUSY_MS) flushNow();
    return;
  }
  // A chunk was closed: all but the latest crossings have left.
  lastChunk = chunk;
  lastFlush = now;
}

/** Output is what a person compares: it leaves at once, unless there is so much that this would slow the program. */
export function afterOutput(): void {
  const now = realNatives.now();
  outputBudget = Math.min(OUTPUT_BURST, outputBudget + (now - lastFlush));
  if (outputBudget < 1) return;
  outputBudget--;
  flushNow();
}

/**
 * Makes sure that the loop's one native timer wakes up in time. It does not keep the loop alive, and the program's timer
 * lists are not processed for it.
 */
function scheduleWake(): void {
  scheduled = true;
  const now = realNatives.now();
  wakeWanted = now + IDLE_MS;
  scheduleTimer!(Math.max(1, Math.min(IDLE_MS, Math.ceil(programWake - now))));
}

let programWake = Number.POSITIVE_INFINITY;
/** The program asked for its timer: the native one must fire for whoever comes first. */
export function programScheduled(delay: number): number {
  programWake = realNatives.now() + delay;
  return scheduled ? Math.max(1, Math.min(delay, Math.ceil(wakeWanted - realNatives.now()))) : delay;
}

/** The native timer fired: whoever needs it next asks for it again. */
export function timerFired(): void {
  scheduled = false;
  programWake = Number.POSITIVE_INFINITY;
  if (state.writer.unflushed > 0) flushNow();
}
