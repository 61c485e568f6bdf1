import type { Place } from '../agent/jobs.ts';
import type { OriginalNames } from './originalNames.ts';
import type { SourceMaps } from './sourceMaps.ts';

type Asked = Omit<Place, 'id'>;

/**
 * A place in a file that a script was made from, as one in the script, with what is evaluated there in the script's
 * names. Any other place stays as it is.
 * @throws ApexError `no-such-object` where a variable of an expression cannot be reached there
 */
export async function translatePlace<P extends Asked>(place: P, maps: SourceMaps, names: OriginalNames): Promise<P> {
  const generated = await maps.generatedOf(place.path, place.line, place.column);
  if (!generated) return place;
  const statement = await names.statementAt(generated);
  return { ...place, ...statement, ...(await renamed(place, (text) => names.expression(text, generated))) };
}

/** What is evaluated at a place, with other names. */
export async function renamed(
  { condition, expressions }: Pick<Asked, 'condition' | 'expressions'>,
  rename: (text: string) => Promise<string>,
): Promise<Pick<Asked, 'condition' | 'expressions'>> {
  return {
    ...(condition !== undefined && { condition: await rename(condition) }),
    ...(expressions && { expressions: await Promise.all(expressions.map(rename)) }),
  };
}
