import { NAMES } from './drawTimeline.ts';
import { type Axis, moved, type Range, zoomed } from './timelineRows.ts';

/** What the strip can show: the axis, the ends of the recording on it, and how many pixels wide it is drawn. */
export interface Strip {
  axis: Axis;
  from: number;
  to: number;
  width: number;
}

/** The part of the recording that the strip shows. It never leaves the recording. */
export class StripView {
  readonly #strip: () => Strip;
  #range: Range | undefined;

  constructor(strip: () => Strip) {
    this.#strip = strip;
  }

  get range(): Range {
    this.#range ??= this.whole;
    return this.#range;
  }

  /** With a margin, so that the first and the last event can be seen and clicked. */
  get whole(): Range {
    const { from, to: end } = this.#strip();
    const to = Math.max(from + 1e-3, end);
    const margin = (to - from) * 0.01;
    return { from: from - margin, to: to + margin };
  }

  /** Without a range the whole, as soon as somebody asks. */
  show(range: Range | undefined): void {
    this.#range = range;
  }

  shift(range: Range): void {
    this.#range = moved(range, 0, this.whole);
  }

  /** Moves only when the position is not seen; then it is in the middle. */
  reveal(position: number): void {
    const { from, to } = this.range;
    if (position < from || position > to) this.#range = moved(this.range, position - (from + to) / 2, this.whole);
  }

  zoom(factor: number, around: number): void {
    const { from, to } = this.range;
    const place = Math.min(Math.max(around, from), to);
    const least = this.#strip().axis === 'time' ? 0.002 : 5;
    this.#range = zoomed(this.range, factor, place, this.whole, least);
  }

  /** What is drawn `x` pixels from the left edge of the canvas. */
  positionAt(x: number, { from, to } = this.range): number {
    return from + ((x - NAMES) / (this.#strip().width - NAMES)) * (to - from);
  }
}
