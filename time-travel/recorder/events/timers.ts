/** Timers and immediates: the loop's calls into Node's timer lists are events. */
import { EventKind } from '../../recording/entryKinds.ts';
import { objectAssign, reflectApply } from '../../recording/safeBuiltins.ts';
import { recording, state } from '../boundaryState.ts';
import { programScheduled, timerFired } from '../log/flushing.ts';
import { internalBinding, type NativeFunction, nodeRequire } from '../start/natives.ts';
import { timerCallbacks } from './delivery.ts';
import { installReplayLoop } from './driver.ts';
import { beginEvent, endEvent } from './eventWriting.ts';

interface TimersBinding {
  setupTimers(immediates: () => void, timers: (now: number) => number): void;
  scheduleTimer(delay: number): void;
  /** Number of timers that keep the loop alive; Node 22 names it `timerInfo`. */
  timeoutInfo?: Int32Array;
  timerInfo?: Int32Array;
}
interface TimerLists {
  timerListQueue: { peek(): { expiry: number } | undefined };
}

const binding = internalBinding('timers') as unknown as TimersBinding;
const { setupTimers, scheduleTimer } = binding;
const timerCount = (binding.timeoutInfo ?? binding.timerInfo)!;

export function installTimers(): void {
  installRequests();
  if (recording()) recordTimers();
  else installReplayLoop();
}

function recordTimers(): void {
  const { timerListQueue } = nodeRequire('internal/timers') as TimerLists;
  // Their names are shown by a warning of `domain`.
  function processImmediate(): void {
    beginEvent(EventKind.immediates, 0);
    endEvent();
    reflectApply(timerCallbacks.processImmediate, process, []);
  }
  function processTimers(now: number): number {
    timerFired();
    const next = timerListQueue.peek();
    if (!next) return 0;
    // The timer fired for a flush: nothing of the program is due.
    if (next.expiry > now) return timerCount[0]! > 0 ? next.expiry : -next.expiry;
    beginEvent(EventKind.timers, 0);
    state.writer.encoder.double(now);
    endEvent();
    return reflectApply(timerCallbacks.processTimers, process, [now]);
  }
  setupTimers(processImmediate, processTimers);
}

/**
 * What the library tells the loop about its timers and immediates has no result, so nothing is logged: native code has a
 * count of its own in `immediateInfo`, so that the library asks at other times in replay.
 */
function installRequests(): void {
  const replaced: Record<string, NativeFunction> = recording()
    ? // The flush timer shares the one native timer.
      { scheduleTimer: (delay) => scheduleTimer(programScheduled(delay as number)) }
    : { scheduleTimer: () => undefined, toggleTimerRef: () => undefined, toggleImmediateRef: () => undefined };
  objectAssign(binding, replaced);
}
