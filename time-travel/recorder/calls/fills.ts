/** Buffers that a caller passes in and native code writes into, at once or until a request completes. */
import { MalformedLog } from '../../recording/decoder.ts';
import { SafeMap, typedArraySet } from '../../recording/safeBuiltins.ts';
import { state } from '../boundaryState.ts';
import type { FillRule, FillView } from './fillView.ts';
import { noteFor, noteOf } from './notes.ts';

export type { FillRule, FillView };

const pendingByPromise = new SafeMap<number, FillView[]>();

export function fillLater(request: object, views: FillView[]): void {
  noteFor(request).pending = views;
}
export function fillWhenSettled(promise: number, views: FillView[]): void {
  pendingByPromise.set(promise, views);
}
export function takePending(request: object): FillView[] | undefined {
  const note = noteOf(request);
  const views = note?.pending;
  if (views) note.pending = undefined;
  return views;
}
export function takePendingOfPromise(promise: number): FillView[] | undefined {
  const views = pendingByPromise.get(promise);
  if (views) pendingByPromise.delete(promise);
  return views;
}

export const bytesOf = ({ view, offset, length }: FillView): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset + offset, length);

/** Writes the views' content; a numeric result of a single byte view says how much of it was written. */
export function writeFill(views: readonly FillView[], result: unknown): void {
  const { encoder } = state.writer;
  encoder.varint(views.length);
  for (let i = 0; i < views.length; i++) {
    const { view, offset, length } = views[i]!;
    const partial = views.length === 1 && typeof result === 'number' && result >= 0 && result < length;
    const count = partial ? result : length;
    encoder.varint(count);
    encoder.part(view, offset, count);
  }
}

export function readFill(views: readonly FillView[]): void {
  const { decoder } = state.reader;
  const count = decoder.varint();
  if (count !== views.length) throw new MalformedLog('a call filled another number of buffers');
  for (let i = 0; i < count; i++) {
    const content = decoder.raw();
    const bytes = bytesOf(views[i]!);
    if (content.length > bytes.length) throw new MalformedLog('a buffer is too small for its recorded content');
    typedArraySet(bytes, content);
  }
}
