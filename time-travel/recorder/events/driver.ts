/** Replay's event loop: delivers the events of the log in order until it ends. */
import { Entry, Flag, KIND_MASK } from '../../recording/entryKinds.ts';
import { state } from '../boundaryState.ts';
import { uncaughtText } from '../processes/fatalErrors.ts';
import { describeNext, diverge } from '../replaying/divergence.ts';
import { lifecycle, type ReplayEnd } from '../replaying/lifecycle.ts';
import { internalBinding } from '../start/natives.ts';
import { deliver, isEmit, readEmit } from './delivery.ts';

interface TimersBinding {
  setupTimers(immediates: () => void, timers: (now: number) => number): void;
  immediateInfo: Uint32Array;
  scheduleTimer(delay: number): void;
  toggleImmediateRef(on: boolean): void;
  toggleTimerRef(on: boolean): void;
}

/** Fields of `immediateInfo` that native code reads, in its order. */
const COUNT = 0;
const HAS_OUTSTANDING = 2;
const { setupTimers, immediateInfo, scheduleTimer, toggleImmediateRef, toggleTimerRef } = internalBinding(
  'timers',
) as unknown as TimersBinding;

/** Number of entries read when the loop last found no event. */
let waitingAt = -1;
/** True while the loop is kept alive for the next event. */
let armed = false;
/** True until native code calls for the first time since the loop was armed. */
let fresh = false;

/**
 * Native code calls the function for immediates again and again while `immediateInfo` says that some are outstanding,
 * each time within a callback scope: so ticks and microtasks run behind each event as they did behind the real one, and
 * an error that leaves an event is handled by Node's native code (the `uncaughtException` event, or the printed source
 * line, stack and exit code).
 */
export function installReplayLoop(): void {
  setupTimers(nextTurn, firstTurn);
  scheduleTimer(1);
  toggleTimerRef(true);
}

/**
 * The first event comes in the loop's timer phase: in the phase of immediates native code would first run ticks that an
 * uncaught error of the main script left behind, which the recorded program may have run later.
 */
function firstTurn(): number {
  if (started) return 0;
  started = true;
  toggleTimerRef(false);
  armLoop();
  deliverNext();
  return 0;
}
let started = false;

/** Makes native code call for the next event. */
export function armLoop(): void {
  if (armed) return;
  armed = true;
  fresh = true;
  immediateInfo[COUNT]!++;
  toggleImmediateRef(true);
}

/** Lets the loop end, as it did while recording: native code then emits `beforeExit` and `exit` itself. */
function releaseLoop(): void {
  armed = false;
  immediateInfo[HAS_OUTSTANDING] = 0;
  toggleImmediateRef(false);
}

/** Called by native code for immediates. */
function nextTurn(): void {
  if (fresh) {
    fresh = false;
    immediateInfo[COUNT]!--;
  }
  deliverNext();
}

function deliverNext(): void {
  if (!armed) return;
  const { reader } = state;
  const next = reader.peek();
  const masked = next === undefined ? 0 : next & KIND_MASK;
  if (masked === Entry.event && isEmit(reader.decoder, 1)) return releaseLoop();
  immediateInfo[HAS_OUTSTANDING] = 1;
  if (masked === Entry.event) deliverTogether(reader.kind()!);
  else if (masked === Entry.end) {
    reader.kind();
    lifecycle.finished(readEnd());
  } else if (reader.entries === waitingAt) diverge('the event loop waits', describeNext(reader.kind()));
  // Not an event: ticks that were left behind by an error. Native code runs them when this returns.
  else waitingAt = reader.entries;
  immediateInfo[HAS_OUTSTANDING] = 1;
}

/** Native code runs ticks when the outermost of its calls returns: of events that came within one, behind the last. */
function deliverTogether(first: number): void {
  const { reader } = state;
  deliver(first);
  for (let next = reader.peek(); isUnsettled(next) && !isEmit(reader.decoder, 1); next = reader.peek()) {
    deliver(reader.kind()!);
  }
}

const isUnsettled = (next: number | undefined): boolean =>
  next !== undefined && (next & KIND_MASK) === Entry.event && (next & Flag.unsettled) !== 0;

/** Consumes the event of native code emitting `name`; false when the log has something else here. */
export function consumeEmit(name: string): boolean {
  const { reader } = state;
  const next = reader.peek();
  if (next === undefined || (next & KIND_MASK) !== Entry.event || !isEmit(reader.decoder, 1)) return false;
  const { position } = reader.decoder;
  const { entries } = reader;
  reader.kind();
  const emitted = readEmit();
  if (emitted === name) return true;
  reader.decoder.position = position;
  reader.entries = entries;
  state.events--;
  return false;
}

const readEnd = (): ReplayEnd => ({ code: state.reader.decoder.varint(), reason: 'exit', events: state.events });

/** The program leaves: the log must say so, here and with this code. */
export function consumeEnd(code: number): ReplayEnd {
  const kind = state.reader.kind();
  const error = uncaughtText();
  const seen = `exit with code ${code}${error === undefined ? '' : ` because of an uncaught error: ${error}`}`;
  if (kind === undefined || (kind & KIND_MASK) !== Entry.end) diverge(seen, describeNext(kind));
  const end = readEnd();
  if (end.code !== code) diverge(seen, `exit with code ${end.code}`);
  return end;
}
