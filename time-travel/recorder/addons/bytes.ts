import { subarray } from '../../recording/safeBuiltins.ts';

/** The same memory, as bytes. */
export const bytesOf = (view: ArrayBufferView) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

/** The first byte that changed, and the bytes from it to the last that did. Both have the same length. */
export function changedPart(now: Uint8Array, before: Uint8Array): [at: number, bytes: Uint8Array] | undefined {
  let from = 0;
  while (from < now.length && now[from] === before[from]) from++;
  if (from === now.length) return undefined;
  let to = now.length;
  while (now[to - 1] === before[to - 1]) to--;
  return [from, subarray(now, from, to)];
}
