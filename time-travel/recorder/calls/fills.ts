/** Buffers that a caller passes in and native code writes into, at once or until a request completes. */
import { MalformedLog } from '../../recording/decoder.ts';
import { SafeMap, SafeWeakMap, typedArraySet } from '../../recording/safeBuiltins.ts';
import { state } from '../boundaryState.ts';

export interface FillView {
  view: ArrayBufferView;
  /** In bytes, from the start of the view. */
  offset: number;
  length: number;
}

/** Which of a call's arguments native code writes into. */
export type FillRule = (args: readonly unknown[]) => FillView[];

const pendingByRequest = new SafeWeakMap<object, FillView[]>();
const pendingByPromise = new SafeMap<number, FillView[]>();

export function fillLater(request: object, views: FillView[]): void {
  pendingByRequest.set(request, views);
}
export function fillWhenSettled(promise: number, views: FillView[]): void {
  pendingByPromise.set(promise, views);
}
export function takePending(request: object): FillView[] | undefined {
  const views = pendingByRequest.get(request);
  if (views) pendingByRequest.delete(request);
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
