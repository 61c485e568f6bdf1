import type { Axis, Range } from './timelineRows.ts';

/** A position in words: milliseconds in the unit that fits a range of this length, or the number of a step. */
export function positionText(position: number, axis: Axis, length: number): string {
  if (axis === 'steps') return Math.round(position).toLocaleString('en-US');
  if (length < 1) return `${(position * 1000).toFixed(length < 0.01 ? 1 : 0)} µs`;
  if (length < 5000) return `${position.toFixed(length < 10 ? 2 : length < 100 ? 1 : 0)} ms`;
  return `${(position / 1000).toFixed(length < 60_000 ? 1 : 0)} s`;
}

/** A length of time in the unit that reads best. */
export function lengthText(milliseconds: number): string {
  if (milliseconds < 1) return `${Math.round(milliseconds * 1000)} µs`;
  if (milliseconds < 1000) return `${milliseconds.toFixed(1)} ms`;
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

/** Round positions for the marks of an axis, at least `gap` apart. */
export function ticks({ from, to }: Range, gap: number): number[] {
  const power = 10 ** Math.floor(Math.log10(gap));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= gap) ?? gap;
  const marks: number[] = [];
  // Zero has a sign that would be shown.
  for (let mark = Math.ceil(from / step) + 0; mark * step <= to; mark++) marks.push(mark * step);
  return marks;
}
