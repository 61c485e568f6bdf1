/** How an event is written while recording: head, parts of its kind, then what native code left in shared memory. */
import { Entry } from '../recording/entryKinds.ts';
import { asyncIdCounter } from './asyncIds.ts';
import { state } from './boundaryState.ts';
import { afterCrossing } from './flushing.ts';

/** @param flags of `Flag`: the parts that will follow. */
export function beginEvent(kind: number, flags: number): void {
  const { writer } = state;
  writer.entry(Entry.event | flags);
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
