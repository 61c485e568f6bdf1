import { findNamedFunctions } from '../instrument/functionNames.ts';
import { parseFirst } from '../instrument/instrument.ts';
import type { PlaceRequest, ReplaySession } from './replaySession.ts';

/** Where the functions of that name (`add` or `Till.add`) begin: one place for each, passed once in each call. */
export async function functionPlaces(session: ReplaySession, name: string): Promise<PlaceRequest[]> {
  const places: PlaceRequest[] = [];
  for (const { path } of session.index.scripts) {
    const text = await session.scriptText(path);
    // Most files do not hold the word at all.
    if (!text?.source.includes(name.split('.').at(-1)!)) continue;
    const program = parseFirst(text.source, ['module', 'commonjs']);
    const starts = (program ? findNamedFunctions(program) : [])
      .filter(({ names }) => names.includes(name))
      .map(({ start }) => start);
    for (const stop of text.stops) {
      if (!stop.entry || !starts.includes(text.functions[stop.function]!.start)) continue;
      places.push({ path, line: stop.line, column: stop.column });
    }
  }
  return places;
}
