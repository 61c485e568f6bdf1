import type { Connection } from './connections.ts';

/** A process that stands still on the program's way until a copy of it is wanted. */
export interface Checkpoint {
  point: number;
  pid: number;
  connection: Connection;
  /** Milliseconds of a processor that the way there took. */
  at: number;
}

const KEPT_NEAR = 4;

/**
 * The checkpoints of one replay: the origin at point 0, those that are spread over the program's way, and a few near the
 * points that were asked for last.
 */
export class Checkpoints {
  #all: Checkpoint[] = [];
  /** Points near which one was, oldest first. */
  readonly #near = new Set<number>();

  /** Ascending. */
  get points(): number[] {
    return this.#all.map(({ point }) => point);
  }

  get all(): readonly Checkpoint[] {
    return this.#all;
  }

  /** Those that are spread over the way, ascending; the first is the origin. */
  get spread(): Checkpoint[] {
    return this.#all.filter(({ point }) => !this.#near.has(point));
  }

  /** The last one at or before a point. */
  before(point: number): Checkpoint | undefined {
    return this.#all.findLast((checkpoint) => checkpoint.point <= point && !checkpoint.connection.closed);
  }

  /** One will come at this point, for questions near it. */
  expectNear(point: number): void {
    this.#near.add(point);
  }

  /** `most`: of the spread ones; when there are more, every second is given up, which keeps the others evenly spread. */
  add(checkpoint: Checkpoint, most: number): void {
    this.#all.push(checkpoint);
    this.#all.sort((a, b) => a.point - b.point);
    if (this.#near.has(checkpoint.point)) this.#giveUpOldest();
    else if (this.spread.length > most + 1) this.#giveUp(this.spread.filter((_, index) => index % 2 === 1));
  }

  forget(checkpoint: Checkpoint): void {
    this.#all = this.#all.filter((other) => other !== checkpoint);
  }

  /**
   * Gives up a part (0 to 1) of them, at least one: first those that are the furthest from `point` for the gap that they
   * leave. The origin stays.
   */
  giveUpPart(part: number, point: number): void {
    const wanted = Math.max(1, Math.ceil((this.#all.length - 1) * part));
    for (let given = 0; given < wanted; given++) {
      const least = this.#leastUseful(point);
      if (!least) return;
      this.#giveUp([least]);
    }
  }

  #leastUseful(point: number): Checkpoint | undefined {
    let least: Checkpoint | undefined;
    let leastUse = Number.POSITIVE_INFINITY;
    for (let i = 1; i < this.#all.length; i++) {
      const gap = (this.#all[i + 1]?.point ?? 2 * this.#all[i]!.point) - this.#all[i - 1]!.point;
      const use = gap / (1 + Math.abs(this.#all[i]!.point - point));
      if (use >= leastUse) continue;
      leastUse = use;
      least = this.#all[i];
    }
    return least;
  }

  close(): void {
    for (const { connection } of this.#all) connection.close();
    this.#all = [];
  }

  #giveUpOldest(): void {
    const near = this.#all.filter(({ point }) => this.#near.has(point));
    if (near.length <= KEPT_NEAR) return;
    const [oldest] = this.#near;
    this.#near.delete(oldest!);
    this.#giveUp(near.filter(({ point }) => point === oldest));
  }

  #giveUp(given: readonly Checkpoint[]): void {
    this.#all = this.#all.filter((checkpoint) => !given.includes(checkpoint));
    for (const { connection } of given) connection.send({ quit: true });
  }
}
