import type { AgentMessage, Place, PlacesInScript } from '../agent/jobs.ts';
import { OriginalNames } from './originalNames.ts';
import { SourceMaps } from './sourceMaps.ts';
import { renamed, translatePlace } from './translatePlace.ts';

/**
 * Which of the places that are watched while a program runs lie in a script with a source map. Undefined where the map
 * cannot be used: the script then runs as any other.
 */
export async function placesInScript(
  { path, sourceMap, source }: Extract<AgentMessage, { event: 'mapped' }>,
  places: readonly Place[],
): Promise<PlacesInScript | undefined> {
  const textOf = async () => source;
  const maps = new SourceMaps(() => [{ id: 0, path, stops: 0, sourceMap }], textOf);
  const names = new OriginalNames(maps, textOf);
  if (!(await maps.mapOf(path))) return undefined;
  const found: PlacesInScript = { places: [], functions: [] };
  for (const place of places) {
    try {
      if (place.function !== undefined) {
        for (const start of (await names.functionsNamed(path, place.function)) ?? []) {
          const rename = async (text: string) => names.expressionIn(text, path, start);
          found.functions.push({ start, place: { ...place, ...(await renamed(place, rename)) } });
        }
      } else {
        const translated = await translatePlace(place, maps, names);
        if (translated !== place) found.places.push(translated);
      }
    } catch {
      // Of an expression that means nothing there one is told when the recording is complete.
    }
  }
  return found;
}
