/**
 * Handles whose reads do not go to `onread`: native code of Node consumes them. The boundary sees each read and hands it on
 * itself, in both modes.
 */
import { isView, reflectApply, SafeWeakMap, typedArraySet } from '../../recording/safeBuiltins.ts';
import { internalBinding, type NativeFunction } from '../start/natives.ts';

interface StreamBinding {
  streamBaseState: Int32Array;
  kReadBytesOrError: number;
  kArrayBufferOffset: number;
}

interface Diversion {
  /** Takes what was read; the bytes are valid until it returns. Absent when the handle is read as any other again. */
  take?: ((bytes: Uint8Array) => void) | undefined;
  /** Recording: native code reads into `buffer`, which it cannot be told to leave again. */
  buffered: boolean;
}

const diversions = new SafeWeakMap<object, Diversion>();
const stream = internalBinding('stream_wrap') as unknown as StreamBinding;
const { streamBaseState, kReadBytesOrError, kArrayBufferOffset } = stream;

/** As large as what native code reads at once. It is used up when `onread` returns, so that one serves all handles. */
const buffer = { bytes: undefined as Uint8Array | undefined };
const BUFFER_SIZE = 1 << 16;

/**
 * Sends what is read from `handle` to `take`.
 * @param useUserBuffer recording: the handle's native method of that name, which spares native code a buffer for each read
 */
export function divertReads(handle: object, take: (bytes: Uint8Array) => void, useUserBuffer?: NativeFunction): void {
  if (useUserBuffer) {
    buffer.bytes ??= new Uint8Array(BUFFER_SIZE);
    reflectApply(useUserBuffer, handle, [buffer.bytes]);
  }
  diversions.set(handle, { take, buffered: useUserBuffer !== undefined });
}

/** What is read from now on goes to `onread`. */
export function restoreReads(handle: object): void {
  const diversion = diversions.get(handle);
  if (diversion) diversion.take = undefined;
}

/** Recording: puts what was read into the shared buffer among the arguments. */
export function bringReads(handle: object, args: unknown[]): void {
  const count = streamBaseState[kReadBytesOrError]!;
  if (count > 0 && args[0] === undefined && diversions.get(handle)?.buffered) {
    args[0] = new Uint8Array(buffer.bytes!.buffer, 0, count);
  }
}

/** Calls the handler of a read, or what takes its place. */
export function passRead(handle: object, handler: NativeFunction, args: unknown[]): unknown {
  const diversion = diversions.get(handle);
  const content = args[0];
  if (!diversion || !content) return reflectApply(handler, handle, args);
  if (diversion.take) diversion.take(readBytes(content));
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
