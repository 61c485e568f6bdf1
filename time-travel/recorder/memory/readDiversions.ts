/**
 * Handles whose reads do not go to `onread`: native code of Node consumes them. The boundary sees each read and hands it on
 * itself, in both modes.
 */
import { isView, reflectApply, typedArraySet } from '../../recording/safeBuiltins.ts';
import { noteFor, noteOf } from '../calls/notes.ts';
import { internalBinding, type NativeFunction } from '../start/natives.ts';

interface StreamBinding {
  streamBaseState: Int32Array;
  kReadBytesOrError: number;
  kArrayBufferOffset: number;
}

const stream = internalBinding('stream_wrap') as unknown as StreamBinding;
const { streamBaseState, kReadBytesOrError, kArrayBufferOffset } = stream;

/** As large as what native code reads at once. It is used up when `onread` returns, so that one serves all handles. */
const BUFFER_SIZE = 1 << 16;
let buffer: Uint8Array | undefined;
/** Views of its beginning, by the last bits of their length: what a server reads is often as long as what it read before. */
const views: (Uint8Array | undefined)[] = [];
const KEPT_VIEWS = 64;

/**
 * Sends what is read from `handle` to `take`.
 * @param useUserBuffer recording: the handle's native method of that name, which spares native code a buffer for each read
 */
export function divertReads(handle: object, take: (bytes: Uint8Array) => void, useUserBuffer?: NativeFunction): void {
  const note = noteFor(handle);
  if (useUserBuffer) {
    buffer ??= new Uint8Array(BUFFER_SIZE);
    reflectApply(useUserBuffer, handle, [buffer]);
  }
  note.diverted = true;
  note.take = take;
  note.buffered = useUserBuffer !== undefined;
}

/** What is read from now on goes to `onread`. */
export function restoreReads(handle: object): void {
  const note = noteOf(handle);
  if (note) note.take = undefined;
}

/** Recording: what native code has put into the shared buffer, or undefined for an error. Valid until `onread` returns. */
export function bufferedRead(): Uint8Array | undefined {
  const count = streamBaseState[kReadBytesOrError]!;
  if (count <= 0) return undefined;
  const place = count % KEPT_VIEWS;
  const kept = views[place];
  if (kept?.length === count) return kept;
  const view = new Uint8Array(buffer!.buffer, 0, count);
  views[place] = view;
  return view;
}

/** Calls the handler of a read, or what takes its place. */
export function passRead(handle: object, handler: NativeFunction, args: unknown[]): unknown {
  const note = noteOf(handle);
  const content = args[0];
  if (!note?.diverted || !content) return reflectApply(handler, handle, args);
  if (note.take) note.take(readBytes(content));
  else reflectApply(handler, handle, isView(content) ? [ownBuffer(content as Uint8Array)] : args);
  // A handle with a buffer of its own would take a result for the next one.
  return undefined;
}

function readBytes(content: unknown): Uint8Array {
  if (isView(content)) return content as Uint8Array;
  return new Uint8Array(
    content as ArrayBuffer,
    streamBaseState[kArrayBufferOffset],
    streamBaseState[kReadBytesOrError],
  );
}

function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  const copy = new Uint8Array(bytes.length);
  typedArraySet(copy, bytes);
  return copy.buffer;
}
