import { findNamedFunctions } from '../instrument/functionNames.ts';
import { parseFirst } from '../instrument/instrument.ts';
import type { PlaceRequest, ReplaySession } from './replaySession.ts';
import { renamed } from './translatePlace.ts';

/**
 * Where the functions of that name (`add` or `Till.add`) begin: one place for each, passed once in each call. In scripts
 * with source maps the name and the condition are the author's.
 */
export async function functionPlaces(
  session: ReplaySession,
  name: string,
  condition?: string,
): Promise<PlaceRequest[]> {
  const places: PlaceRequest[] = [];
  for (const { path } of session.index.scripts) {
    const mapped = await session.names.functionsNamed(path, name);
    if (mapped?.length === 0) continue;
    const text = await session.scriptText(path);
    const starts = mapped ?? (text ? functionsNamed(text.source, name) : []);
    for (const stop of text?.stops ?? []) {
      if (!stop.entry || !starts.includes(text!.functions[stop.function]!.start)) continue;
      const place = { path, line: stop.line, column: stop.column };
      const rename = (expression: string) => session.names.expression(expression, place);
      places.push({ ...place, ...(await renamed({ condition }, mapped ? rename : async (same) => same)) });
    }
  }
  return places;
}

function functionsNamed(source: string, name: string): number[] {
  // Most files do not hold the word at all.
  if (!source.includes(name.split('.').at(-1)!)) return [];
  const program = parseFirst(source, ['module', 'commonjs']);
  const functions = program ? findNamedFunctions(program) : [];
  return functions.filter(({ names }) => names.includes(name)).map(({ start }) => start);
}
