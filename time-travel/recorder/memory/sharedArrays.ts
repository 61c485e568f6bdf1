/** Arrays that native code writes results into, such as `streamBaseState`: numbered in the same order in both modes. */
import { MalformedLog } from '../../recording/decoder.ts';
import { SafeWeakMap, typedArraySet } from '../../recording/safeBuiltins.ts';
import { state } from '../boundaryState.ts';

const arrays: { array: ArrayBufferView; bytes: Uint8Array }[] = [];
const indexes = new SafeWeakMap<ArrayBufferView, number>();

/** Declares an array that native code writes into. */
export function addSharedArray(array: ArrayBufferView): number {
  const known = indexes.get(array);
  if (known !== undefined) return known;
  indexes.set(array, arrays.length);
  arrays.push({ array, bytes: new Uint8Array(array.buffer, array.byteOffset, array.byteLength) });
  return arrays.length - 1;
}

export const sharedIndex = (view: ArrayBufferView): number | undefined => indexes.get(view);
/** In bytes: the content up to its last number that is not zero (the second half of `statValues` mostly is). */
export function sharedLength(index: number): number {
  const { array, bytes } = arrays[index]!;
  if (!(array instanceof Float64Array)) return bytes.length;
  let used = array.length;
  while (used > 0 && array[used - 1] === 0) used--;
  return used * 8;
}

export const sharedArray = (index: number): ArrayBufferView | undefined => arrays[index]?.array;

/**
 * Writes whole arrays: JavaScript writes into some of them too, so what native code left untouched must travel as well.
 */
export function writeShared(indexes: readonly number[]): void {
  const { encoder } = state.writer;
  let length = 0;
  for (let i = 0; i < indexes.length; i++) length += arrays[indexes[i]!]!.bytes.length;
  encoder.varint(length);
  for (let i = 0; i < indexes.length; i++) encoder.content(arrays[indexes[i]!]!.bytes);
}

export function readShared(indexes: readonly number[]): void {
  const { decoder } = state.reader;
  decoder.varint();
  for (let i = 0; i < indexes.length; i++) {
    const shared = arrays[indexes[i]!];
    if (!shared) throw new MalformedLog('unknown shared array');
    typedArraySet(shared.bytes, decoder.content(shared.bytes.length));
  }
}
