import type { ResolvedPlace, Visits } from '../agent/jobs.ts';

/** All visits of one place in the whole recording. */
export interface PlaceFacts {
  /** The file was loaded in the recording. */
  loaded: boolean;
  /** Where the place was found (from 0), or undefined when no statement there was ever loaded. */
  resolved?: { line: number; column: number };
  /** Ascending. */
  points: number[];
  /** For each point one rendering for each expression. */
  values: VisitValues;
}

/** Renderings of expressions by visit. Numbers are kept as such: there can be millions. */
export class VisitValues {
  /** Expressions of one visit. */
  readonly width: number;
  length = 0;
  numbers: Float64Array = new Float64Array(0);
  /** By entry, where a value is no number. */
  readonly texts: (string | undefined)[] = [];

  constructor(width: number) {
    this.width = width;
  }

  /** The renderings of one visit, one for each expression. */
  at(visit: number): string[] {
    const texts: string[] = [];
    for (let entry = visit * this.width; entry < (visit + 1) * this.width; entry++) {
      const value = this.numbers[entry]!;
      texts.push(this.texts[entry] ?? (Object.is(value, -0) ? '-0' : `${value}`));
    }
    return texts;
  }

  /** Takes values behind those of `entries` earlier ones. */
  add(entries: number, values: Float64Array): void {
    if (entries + values.length > this.numbers.length) {
      const larger = new Float64Array(Math.max(entries + values.length, 2 * this.numbers.length));
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers.set(values, entries);
  }
}

/** Collects what a replaying process tells of places; `expressions` says how many each of them has, by its id. */
export class VisitReceiver {
  readonly facts: Map<number, PlaceFacts> = new Map();
  readonly #entries = new Map<number, number>();

  constructor(places: readonly { id: number; expressions?: readonly string[] }[]) {
    for (const { id, expressions } of places) {
      this.facts.set(id, { loaded: false, points: [], values: new VisitValues(expressions?.length ?? 0) });
      this.#entries.set(id, 0);
    }
  }

  resolve(places: readonly ResolvedPlace[]): void {
    for (const { id, position } of places) {
      const place = this.facts.get(id)!;
      place.loaded = true;
      place.resolved ??= position;
    }
  }

  add({ count, place, valued, texts, textEntries, columns }: Visits): void {
    const points = new Float64Array(columns!, 0, count);
    const values = valued ? new Float64Array(columns!, 8 * count, count) : undefined;
    if (place !== undefined) {
      const before = this.#addTo(place, points, values);
      const { texts: known } = this.facts.get(place)!.values;
      for (let i = 0; i < texts.length; i++) known[before + (textEntries?.[i] ?? i)] = texts[i];
      return;
    }
    const places = new Int32Array(columns!, (valued ? 16 : 8) * count, count);
    let nextText = 0;
    for (let entry = 0; entry < count; entry++) {
      const before = this.#addTo(places[entry]!, points.subarray(entry, entry + 1), values?.subarray(entry, entry + 1));
      if (nextText === texts.length || (textEntries?.[nextText] ?? nextText) !== entry) continue;
      this.facts.get(places[entry]!)!.values.texts[before] = texts[nextText++];
    }
  }

  /** Gives how many entries the place had before. */
  #addTo(id: number, points: Float64Array, values: Float64Array | undefined): number {
    const { points: known, values: column } = this.facts.get(id)!;
    const { width } = column;
    const before = this.#entries.get(id)!;
    this.#entries.set(id, before + points.length);
    // A visit may be cut where a message ends; its point comes with its first entry.
    const first = width ? (width - (before % width)) % width : 0;
    for (let i = first; i < points.length; i += width || 1) known.push(points[i]!);
    if (width) {
      column.add(before, values!);
      column.length = Math.floor((before + points.length) / width);
    }
    return before;
  }
}
