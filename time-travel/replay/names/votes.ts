/** What several places say about one thing: what most of them say holds. */
export class Votes<Thing, Answer> {
  readonly #counts = new Map<Thing, Map<Answer, number>>();

  add(thing: Thing, answer: Answer): void {
    const counts = this.#counts.get(thing) ?? new Map<Answer, number>();
    this.#counts.set(thing, counts);
    counts.set(answer, (counts.get(answer) ?? 0) + 1);
  }

  /** Each thing with what more than half of its places say. */
  *results(): Iterable<[Thing, Answer]> {
    for (const [thing, counts] of this.#counts) {
      const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
      const [best] = [...counts].sort(([, a], [, b]) => b - a);
      if (best && best[1] * 2 > all) yield [thing, best[0]];
    }
  }
}
