import { findNamedFunctions } from '../instrument/functionNames.ts';
import { parseFirst, type Stop } from '../instrument/instrument.ts';
import type { FunctionRange } from '../instrument/probePlaces.ts';
import { isSimple } from '../instrument/simpleExpression.ts';
import { type VisitLog, visitExpression, visitStatement } from '../instrument/visitLog.ts';
import type { Agent } from './agent.ts';
import { beforeEnd } from './beforeEnd.ts';
import type { Place, PlacesInScript, ResolvedPlace, Visits } from './jobs.ts';
import { render } from './render.ts';
import type { ScriptVisitor } from './scripts.ts';

/**
 * Collects when places were passed, and what their expressions gave. `limit`: entries that are told together. `asks`:
 * places may be in files that scripts were made from; of each script with a map the engine is asked for those in it.
 */
export function collectVisits(agent: Agent, places: Place[], { limit, asks = false }: VisitOptions = {}): void {
  if (!places.length) return;
  const { visits: log } = agent.probes;
  const valued = places.some(({ expressions }) => expressions?.length);
  let texts: string[] = [];
  let textEntries: number[] = [];
  const flush = () => {
    const dense = textEntries.at(-1) === textEntries.length - 1;
    const rendered = { texts, textEntries: dense ? undefined : textEntries };
    if (log.count) agent.channel.send(...asMessage(log, places, valued, rendered));
    log.count = 0;
    texts = [];
    textEntries = [];
  };
  log.full = flush;
  log.limit = Math.min(limit ?? log.points.length, log.points.length);
  log.other = (entry, value, thrown) => {
    textEntries.push(entry);
    if (typeof value === 'string' && !thrown) texts.push(value);
    else agent.points.outsideTime(() => texts.push(thrown ? describeError(value) : render(agent.inspect, value)));
  };
  agent.visitor = visitorFor(agent, places, asks);
  agent.onWait(flush);
  beforeEnd(agent, flush);
}

interface VisitOptions {
  limit?: number;
  asks?: boolean;
}

/** A process that was copied on its way does not tell what its original was to tell. */
export function dropVisits({ probes: { visits } }: Agent): void {
  visits.count = 0;
  visits.full = () => {
    visits.count = 0;
  };
  visits.other = () => {};
}

function asMessage(
  log: VisitLog,
  places: Place[],
  valued: boolean,
  rendered: Pick<Visits, 'texts' | 'textEntries'>,
): [Visits, ...Uint8Array[]] {
  const { count } = log;
  const columns: Uint8Array[] = [bytesOf(log.points, count)];
  if (valued) columns.push(bytesOf(log.values, count));
  const place = places.length === 1 ? places[0]!.id : undefined;
  if (place === undefined) columns.push(bytesOf(log.places, count));
  const bytes = columns.reduce((sum, { length }) => sum + length, 0);
  return [{ event: 'visits', count, place, valued, ...rendered, bytes }, ...columns];
}

function bytesOf(column: Float64Array | Int32Array, count: number): Uint8Array {
  return new Uint8Array(column.buffer, 0, count * column.BYTES_PER_ELEMENT);
}

/** Errors come from the program's realm, so they are no `Error` here; anything else can be thrown, too. */
function describeError(error: unknown): string {
  try {
    return `<${String(error)}>`;
  } catch {
    return '<an object without a text>';
  }
}

/** Says for each script what its stops should run. */
function visitorFor(agent: Agent, places: Place[], asks: boolean): ScriptVisitor {
  const questionOf = (place: Place) => {
    const parts = [...(place.expressions ?? []), ...(place.condition === undefined ? [] : [place.condition])];
    return { ...place, simple: parts.every(isSimple) };
  };
  return ({ path, source, sourceMap, functions }, stops) => {
    const wanted = new Map<number, Place[]>();
    const mapped = asks && sourceMap !== undefined ? askEngine(agent, { path, source, sourceMap }) : undefined;
    const entries = mapped
      ? entriesAt(mapped.functions, functions, stops)
      : functionEntries(places, source, functions, stops);
    for (const [index, place] of entries) {
      wanted.set(index, [...(wanted.get(index) ?? []), place]);
    }
    const resolved: ResolvedPlace[] = [];
    // What compiles in memory gives its scripts the path of their source: then the map tells the lines.
    const others = places.filter(({ id }) => !mapped?.places.some((place) => place.id === id));
    for (const place of [...others, ...(mapped?.places ?? [])]) {
      if (place.function !== undefined || place.path !== path) continue;
      const index = nextStop(stops, place.line, place.column);
      if (index === undefined) {
        resolved.push({ id: place.id });
        continue;
      }
      const { line, column } = stops[index]!;
      resolved.push({ id: place.id, position: { line, column } });
      wanted.set(index, [...(wanted.get(index) ?? []), place]);
    }
    if (resolved.length) agent.channel.send({ event: 'resolved', places: resolved });
    if (!wanted.size) return undefined;
    return (_stop, index) => {
      const here = wanted.get(index)?.map(questionOf);
      return (
        here && {
          statement: here.map(visitStatement).join(';'),
          expression: here.map(visitExpression).join(','),
        }
      );
    };
  };
}

/** Replay stands still until the engine has answered. */
function askEngine(
  { channel }: Agent,
  script: { path: string; source: string; sourceMap: string },
): PlacesInScript | undefined {
  channel.send({ event: 'mapped', ...script });
  return (channel.receive() ?? undefined) as PlacesInScript | undefined;
}

function entriesAt(
  named: PlacesInScript['functions'],
  functions: readonly FunctionRange[],
  stops: Stop[],
): [index: number, place: Place][] {
  return stops.flatMap((stop, index): [number, Place][] => {
    if (!stop.entry) return [];
    const { start } = functions[stop.function]!;
    return named.flatMap((one): [number, Place][] => (one.start === start ? [[index, one.place]] : []));
  });
}

/** The stops with which functions begin that places name. */
function functionEntries(
  places: Place[],
  source: string,
  functions: readonly FunctionRange[],
  stops: Stop[],
): [index: number, place: Place][] {
  // Most files do not hold the word at all.
  const named = places.filter((place) => place.function && source.includes(place.function.split('.').at(-1)!));
  const program = named.length ? parseFirst(source, ['module', 'commonjs']) : undefined;
  if (!program) return [];
  const known = findNamedFunctions(program);
  return named.flatMap((place) => {
    const starts = known.filter(({ names }) => names.includes(place.function!)).map(({ start }) => start);
    return stops.flatMap((stop, index): [number, Place][] =>
      stop.entry && starts.includes(functions[stop.function]!.start) ? [[index, place]] : [],
    );
  });
}

/**
 * The first stop on the line at or after the column, else the first on a later line. Stops are in source order; a bundle
 * has hundreds of thousands, and a window of moments asks once for each of its points.
 */
export function nextStop(stops: readonly Stop[], line: number, column = 0): number | undefined {
  let low = 0;
  let high = stops.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(stops[middle]!, line, column)) low = middle + 1;
    else high = middle;
  }
  return low < stops.length ? low : undefined;
}

function isBefore(stop: Stop, line: number, column: number): boolean {
  return stop.line < line || (stop.line === line && stop.column < column);
}
