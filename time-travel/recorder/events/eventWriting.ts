/** How an event is written while recording: head, parts of its kind, then what native code left in shared memory. */
import { Entry, EventKind, Flag } from '../../recording/entryKinds.ts';
import { asyncIdCounter } from '../asyncHooks/asyncIds.ts';
import { state } from '../boundaryState.ts';
import { isCalledByLoop } from '../disguise/ownStack.ts';
import { afterCrossing } from '../log/flushing.ts';
import { internalBinding } from '../start/natives.ts';

/** Its first field says whether ticks are scheduled. */
const { tickInfo } = internalBinding('task_queue') as unknown as { tickInfo: Int32Array };

/** True when the loop calls though ticks of an event before are waiting: native code makes both calls within one of its own. */
const isUnsettled = (kind: number): boolean => tickInfo[0] !== 0 && kind === EventKind.property && isCalledByLoop();

/** @param flags of `Flag`: the parts that will follow. */
export function beginEvent(kind: number, flags: number): void {
  const { writer } = state;
  writer.entry(Entry.event | flags | (isUnsettled(kind) ? Flag.unsettled : 0));
  writer.encoder.byte(kind);
  writer.encoder.varint(asyncIdCounter());
  state.events++;
}

export function writeArguments(args: readonly unknown[]): void {
  const { encoder } = state.writer;
  encoder.varint(args.length);
  for (let i = 0; i < args.length; i++) encoder.value(args[i]);
}

export function endEvent(): void {
  afterCrossing();
}
