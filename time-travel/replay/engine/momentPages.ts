import { type Moment, MomentFlag } from '../agent/jobs.ts';

export interface MomentFacts {
  depth: number;
  script: number;
  line: number;
  column: number;
  /** The first statement of a call. */
  entry: boolean;
  /** The statement may leave its call, which is resumed later. */
  suspends: boolean;
  /** Its call may have been left and resumed before. */
  resumed: boolean;
  owner: number;
}

/** Points of a page. */
export const PAGE = 1024;
/** Numbers of a point: as a `Moment` has them. */
const WIDTH = 6;
const FLAGS = 4;
/** A bit beside those of the flags: the point is known. */
const KNOWN = 1 << 30;

/** Moments by their points, as numbers in pages; of more pages than `most` those go that were touched longest ago. */
export class MomentPages {
  readonly #most: number;
  /** In the order in which they were touched. */
  readonly #pages = new Map<number, Int32Array>();

  constructor(most: number) {
    this.#most = most;
  }

  has(point: number): boolean {
    const page = this.#pages.get(Math.floor(point / PAGE));
    return page !== undefined && (page[(point % PAGE) * WIDTH + FLAGS]! & KNOWN) !== 0;
  }

  get(point: number): MomentFacts | undefined {
    const page = this.#pages.get(Math.floor(point / PAGE));
    if (!page) return undefined;
    const at = (point % PAGE) * WIDTH;
    const flags = page[at + FLAGS]!;
    if ((flags & KNOWN) === 0) return undefined;
    const entry = (flags & MomentFlag.entry) !== 0;
    const suspends = (flags & MomentFlag.suspends) !== 0;
    const resumed = (flags & MomentFlag.resumed) !== 0;
    const [depth, script, line, column] = [page[at]!, page[at + 1]!, page[at + 2]!, page[at + 3]!];
    return { depth, script, line, column, entry, suspends, resumed, owner: page[at + 5]! };
  }

  /** Keeps the moments of a stretch that begins at a point. */
  add(from: number, moments: readonly Moment[]): void {
    moments.forEach((moment, index) => {
      const point = from + index;
      const at = (point % PAGE) * WIDTH;
      const page = this.#page(Math.floor(point / PAGE));
      page.set(moment, at);
      page[at + FLAGS]! |= KNOWN;
    });
  }

  /** Points of a range will be asked for: its pages are the last to go, and others make room for them. */
  touch(from: number, to: number): void {
    const first = Math.floor(from / PAGE);
    const last = Math.floor(to / PAGE);
    let missing = 0;
    for (let number = first; number <= last; number++) {
      const page = this.#pages.get(number);
      if (!page) {
        missing++;
        continue;
      }
      this.#pages.delete(number);
      this.#pages.set(number, page);
    }
    for (const number of this.#pages.keys()) {
      if (this.#pages.size + missing <= this.#most) return;
      if (number < first || number > last) this.#pages.delete(number);
    }
  }

  #page(number: number): Int32Array {
    let page = this.#pages.get(number);
    if (!page) {
      page = new Int32Array(PAGE * WIDTH);
      this.#pages.set(number, page);
    }
    return page;
  }
}
