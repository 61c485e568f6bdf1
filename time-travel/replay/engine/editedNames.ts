import type { ScriptSummary, SourceEdit } from '../agent/jobs.ts';
import { sourceMapUrl } from '../instrument/sourceMapUrl.ts';
import { OriginalNames } from './originalNames.ts';
import { SourceMaps } from './sourceMaps.ts';

/** What source maps say of scripts some of which have other texts than were recorded, and so other maps. */
export function namesOfEdited(
  scripts: readonly ScriptSummary[],
  textOf: (path: string) => Promise<string | undefined>,
  edits: readonly SourceEdit[],
): OriginalNames {
  const texts = new Map(edits.map(({ path, text }) => [path, text]));
  const edited = scripts.map((script) => {
    const text = texts.get(script.path);
    return text === undefined ? script : { ...script, sourceMap: sourceMapUrl(text) };
  });
  const textNow = async (path: string) => texts.get(path) ?? textOf(path);
  return new OriginalNames(new SourceMaps(() => edited, textNow), textNow);
}
