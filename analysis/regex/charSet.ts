/** A set of UTF-16 code units as sorted, disjoint, inclusive ranges. */
export type CharSet = readonly (readonly [number, number])[];

export const MAX_UNIT = 0xffff;
export const anyUnit: CharSet = [[0, MAX_UNIT]];

export function charSet(...ranges: (readonly [number, number])[]): CharSet {
  const sorted = ranges.filter(([low, high]) => low <= high).sort((left, right) => left[0] - right[0]);
  const merged: [number, number][] = [];
  for (const [low, high] of sorted) {
    const last = merged[merged.length - 1];
    if (last && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else merged.push([low, high]);
  }
  return merged;
}

export function union(...sets: readonly CharSet[]): CharSet {
  return charSet(...sets.flat());
}

export function complement(set: CharSet): CharSet {
  const gaps: [number, number][] = [];
  let next = 0;
  for (const [low, high] of set) {
    if (low > next) gaps.push([next, low - 1]);
    next = high + 1;
  }
  if (next <= MAX_UNIT) gaps.push([next, MAX_UNIT]);
  return gaps;
}

export function contains(set: CharSet, unit: number): boolean {
  return set.some(([low, high]) => unit >= low && unit <= high);
}

export function single(character: string): CharSet {
  const unit = character.charCodeAt(0);
  return [[unit, unit]];
}

/** Adds the other case of ASCII letters, as the flag `i` does. */
export function ignoreCase(set: CharSet): CharSet {
  const more: [number, number][] = [];
  for (const [low, high] of set) {
    for (const [from, to, shift] of [
      [65, 90, 32],
      [97, 122, -32],
    ] as const) {
      const start = Math.max(low, from);
      const end = Math.min(high, to);
      if (start <= end) more.push([start + shift, end + shift]);
    }
  }
  return union(set, more);
}

export const digits = charSet([48, 57]);
export const wordUnits = charSet([48, 57], [65, 90], [95, 95], [97, 122]);
export const spaces = charSet(
  [9, 13],
  [32, 32],
  [160, 160],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
);
export const lineEnds = charSet([10, 10], [13, 13], [0x2028, 0x2029]);
