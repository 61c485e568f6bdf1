import type { ValueTrack } from '../../protocol/timeline.ts';
import { type Colors, NAMES } from './drawTimeline.ts';
import { type Axis, firstFrom, type Range } from './timelineRows.ts';

export const TRACK = 44;
const MOST = 8;

/** A value over time, ready to be drawn: where each write lies on the axis. */
export interface DrawnTrack {
  track: ValueTrack;
  positions: Float64Array;
  /** The values as numbers, when all known ones are. */
  numbers: number[] | undefined;
}

/** The newest comes last; one of the same name takes the place of its predecessor. */
export function withTrack(tracks: readonly ValueTrack[], track: ValueTrack): ValueTrack[] {
  if (tracks.some(({ name }) => name === track.name)) {
    return tracks.map((one) => (one.name === track.name ? track : one));
  }
  return [...tracks, track].slice(-MOST);
}

/** `start`: the time of what was written before the clock was first read. */
export function layOut(track: ValueTrack, axis: Axis, start: number): DrawnTrack {
  let last = start;
  const positions = track.values.map(({ point, time }) => {
    last = Math.max(last, time ?? last);
    return axis === 'time' ? last : point;
  });
  const numbers = track.values.map(({ value }) => (value === undefined ? Number.NaN : Number(value)));
  const known = numbers.filter((_, index) => track.values[index]!.value !== undefined);
  const numeric = known.length > 0 && known.every(Number.isFinite);
  return { track, positions: Float64Array.from(positions), numbers: numeric ? numbers : undefined };
}

/** The write that holds at a position: the last one at or before it. */
export function valueAt({ track, positions }: DrawnTrack, position: number): ValueTrack['values'][number] | undefined {
  return track.values[firstFrom(positions, position + Math.abs(position) * 1e-12 + Number.EPSILON) - 1];
}

/** Numbers as a line of steps, others as texts that begin where they were written. */
export function drawTrack(
  canvas: CanvasRenderingContext2D,
  drawn: DrawnTrack,
  { view, width, now, colors }: { view: Range; width: number; now: number; colors: Colors },
): void {
  const x = (position: number) => NAMES + ((position - view.from) / (view.to - view.from)) * (width - NAMES);
  canvas.clearRect(0, 0, width, TRACK);
  canvas.textBaseline = 'middle';
  canvas.fillStyle = colors.line;
  canvas.fillRect(NAMES, TRACK - 1, width - NAMES, 1);
  if (drawn.numbers) drawSteps(canvas, drawn.positions, drawn.numbers, x, width, colors);
  else drawTexts(canvas, drawn, x, width, colors);
  canvas.fillStyle = colors.now;
  if (x(now) >= NAMES) canvas.fillRect(x(now) - 1, 0, 2, TRACK);
  canvas.clearRect(0, 0, NAMES, TRACK);
  canvas.fillStyle = colors.text;
  canvas.fillText(endOf(drawn.track.name, NAMES - 8), 4, 14);
  canvas.fillStyle = colors.dim;
  canvas.fillText(shortened(valueAt(drawn, now)?.value ?? '', NAMES - 8), 4, 30);
}

function drawSteps(
  canvas: CanvasRenderingContext2D,
  positions: Float64Array,
  numbers: number[],
  x: (position: number) => number,
  width: number,
  colors: Colors,
): void {
  const known = numbers.filter(Number.isFinite);
  const least = known.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = known.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const y = (value: number) =>
    most === least ? TRACK / 2 : TRACK - 6 - ((value - least) / (most - least)) * (TRACK - 12);
  canvas.strokeStyle = colors.requests;
  canvas.lineWidth = 1.5;
  canvas.beginPath();
  let drawnTo = Number.NEGATIVE_INFINITY;
  numbers.forEach((value, index) => {
    if (!Number.isFinite(value)) return;
    const left = x(positions[index]!);
    const right = index + 1 < numbers.length ? x(positions[index + 1]!) : width;
    // More than one write a pixel: the line would only be drawn over itself.
    if (right < NAMES || left > width || right - drawnTo < 0.5) return;
    if (drawnTo === Number.NEGATIVE_INFINITY) canvas.moveTo(left, y(value));
    else canvas.lineTo(left, y(value));
    canvas.lineTo(right, y(value));
    drawnTo = right;
  });
  canvas.stroke();
}

function drawTexts(
  canvas: CanvasRenderingContext2D,
  { track, positions }: DrawnTrack,
  x: (position: number) => number,
  width: number,
  colors: Colors,
): void {
  let free = NAMES;
  track.values.forEach(({ value = '?' }, index) => {
    const left = x(positions[index]!);
    const right = index + 1 < positions.length ? x(positions[index + 1]!) : width;
    if (right < NAMES || left > width) return;
    canvas.fillStyle = colors.requests;
    canvas.fillRect(left, 6, 2, TRACK - 13);
    const from = Math.max(left + 5, free);
    if (right - from < 16) return;
    canvas.fillStyle = colors.text;
    canvas.fillText(shortened(value, right - from - 4), from, TRACK / 2);
    free = right;
  });
}

/** Of `receipts.length` the end tells more than the beginning. */
function endOf(text: string, room: number): string {
  const letters = Math.max(1, Math.floor(room / 6.5));
  return text.length > letters ? `…${text.slice(1 - letters)}` : text;
}

function shortened(text: string, room: number): string {
  const letters = Math.max(1, Math.floor(room / 6.5));
  return text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
}
