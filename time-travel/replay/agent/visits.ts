import type { Stop } from '../instrument/instrument.ts';
import { VISIT } from '../instrument/probeText.ts';
import type { Channel } from './channel.ts';
import { encodePoints, type Place, type ResolvedPlace } from './jobs.ts';
import type { Points } from './points.ts';
import type { ScriptVisitor } from './scripts.ts';

const BATCH = 20_000;

/**
 * Collects when places were passed. A condition or expression stands in the program's text as an arrow function, so
 * that it costs a call, not a stop of the debugger.
 */
export class VisitCollector {
  readonly #points: Points;
  readonly #channel: Channel;
  readonly #render: (value: unknown) => string;
  readonly #places: Place[];
  readonly #byId: Map<number, Place>;
  readonly #seen = new Map<number, { points: number[]; values?: string[] }>();
  readonly #batch: number;
  #waiting = 0;

  constructor(
    places: Place[],
    points: Points,
    channel: Channel,
    render: (value: unknown) => string,
    batch: number = BATCH,
  ) {
    this.#batch = batch;
    this.#places = places;
    this.#byId = new Map(places.map((place) => [place.id, place]));
    this.#points = points;
    this.#channel = channel;
    this.#render = render;
  }

  /** Says for each script what its stops should run. */
  readonly visitor: ScriptVisitor = ({ path }, stops) => {
    const wanted = new Map<number, Place[]>();
    const resolved: ResolvedPlace[] = [];
    for (const place of this.#places) {
      if (place.path !== path) continue;
      const index = nextStop(stops, place.line, place.column);
      if (index === undefined) {
        resolved.push({ id: place.id });
        continue;
      }
      const { line, column } = stops[index]!;
      resolved.push({ id: place.id, position: { line, column } });
      wanted.set(index, [...(wanted.get(index) ?? []), place]);
    }
    if (resolved.length) this.#channel.send({ event: 'resolved', places: resolved });
    if (!wanted.size) return undefined;
    return (_stop, index) => wanted.get(index)?.map(visitText).join(',');
  };

  readonly onVisit = (id: number, evaluate?: (part: number) => unknown): void => {
    const point = this.#points.now;
    if (!evaluate) {
      this.#add(id, point);
      return;
    }
    const { condition, expressions } = this.#byId.get(id)!;
    this.#points.outsideTime(() => {
      if (condition !== undefined && !truthy(evaluate)) return;
      let values: string[] | undefined;
      if (expressions) {
        values = [];
        for (let part = 1; part <= expressions.length; part++) values.push(this.#evaluate(evaluate, part));
      }
      this.#add(id, point, values);
    });
  };

  flush(): void {
    const visits = [...this.#seen].map(([place, { points, values }]) => ({
      place,
      points: encodePoints(points),
      values,
    }));
    this.#seen.clear();
    this.#waiting = 0;
    if (visits.length) this.#channel.send({ event: 'visits', visits });
  }

  #evaluate(evaluate: (part: number) => unknown, part: number): string {
    try {
      return this.#render(evaluate(part));
    } catch (error) {
      return `<${error instanceof Object && 'message' in error ? String(error.message) : String(error)}>`;
    }
  }

  #add(place: number, point: number, values?: string[]): void {
    let seen = this.#seen.get(place);
    if (!seen) {
      seen = { points: [], values: values && [] };
      this.#seen.set(place, seen);
    }
    seen.points.push(point);
    if (values) for (const value of values) seen.values!.push(value);
    if (++this.#waiting >= this.#batch) this.flush();
  }
}

function truthy(evaluate: (part: number) => unknown): boolean {
  try {
    return Boolean(evaluate(0));
  } catch {
    // A condition that throws (a variable that does not exist yet) does not hold.
    return false;
  }
}

/** The text of one visit: parts of the place's expressions by number, the condition as number 0. */
function visitText(place: Place): string {
  if (place.condition === undefined && !place.expressions?.length) return `${VISIT}(${place.id})`;
  const parts = [place.condition ?? 'true', ...(place.expressions ?? [])];
  const name = `${VISIT}p`;
  const choice = parts.map((part, index) => `${name}===${index}?(${oneLine(part)})`).join(':');
  return `${VISIT}(${place.id},${name}=>${choice}:0)`;
}

/** Added text never holds a line break; in an expression one counts as a space. */
function oneLine(expression: string): string {
  return expression.replace(/[\r\n\u2028\u2029]+/g, ' ');
}

/** The first stop on the line at or after the column, else the first on a later line. */
export function nextStop(stops: readonly Stop[], line: number, column = 0): number | undefined {
  let best: number | undefined;
  for (let index = 0; index < stops.length; index++) {
    const stop = stops[index]!;
    if (stop.line < line || (stop.line === line && stop.column < column)) continue;
    if (best === undefined || before(stop, stops[best]!)) best = index;
  }
  return best;
}

function before(a: Stop, b: Stop): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}
