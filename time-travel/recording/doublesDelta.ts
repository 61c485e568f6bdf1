/**
 * Short arrays of doubles, such as what `stat` gives: one differs little from the last of the same length, so the log has
 * what differs. Writer and reader each keep the last. They are compared and copied as words: NaN has many forms.
 */

import { putU32 } from './logFormat.ts';
import { Tag } from './valueTags.ts';

/** Longer arrays are written as they are. */
export const MAX_DOUBLES = 40;

export class LastDoubles {
  private readonly byLength: (Uint32Array | undefined)[] = [];

  /** The words of the last array of this length, two for each double; at first zeros. */
  of(length: number): Uint32Array {
    this.byLength[length] ??= new Uint32Array(length * 2);
    return this.byLength[length];
  }
}

/**
 * Writes a value `doubles` at `at`, and makes `words` the last; gives the place behind it.
 * @param bytes with room for all of it
 * @param shared as in the value
 */
export function putDoubles(
  bytes: Uint8Array,
  at: number,
  words: Uint32Array,
  last: Uint32Array,
  shared: number,
): number {
  const { length } = last;
  bytes[at] = Tag.doubles;
  bytes[at + 1] = shared;
  bytes[at + 2] = length >> 1;
  let end = at + 4;
  let count = 0;
  for (let i = 0; i < length; i += 2) {
    const low = words[i]!;
    const high = words[i + 1]!;
    if (low === last[i] && high === last[i + 1]) continue;
    last[i] = low;
    last[i + 1] = high;
    bytes[end] = i >> 1;
    putU32(bytes, end + 1, low);
    putU32(bytes, end + 5, high);
    end += 9;
    count++;
  }
  bytes[at + 3] = count;
  return end;
}
