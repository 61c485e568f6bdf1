import { ApexError } from '../protocol/errors.ts';
import type { ReplaySession } from '../time-travel/replay/engine/replaySession.ts';
import type { SourcePlace } from '../time-travel/replay/engine/sourceMaps.ts';
import { realPath } from './breakpoints.ts';
import type { On } from './requests.ts';
import type { StackFrames } from './stackFrames.ts';
import type { TimeTravelSession } from './timeTravelSession.ts';

/** Which sources there are, their texts, and where breakpoints can stand in them. */
export function serveSources(on: On, session: TimeTravelSession, frames: StackFrames): void {
  on('loadedSources', async () => {
    const scripts = session.replay.index.scripts.map(({ path }) => path);
    const paths = new Set([...scripts, ...(await session.replay.sourceMaps.sources())]);
    return { sources: [...paths].map((path) => frames.source(path, true)) };
  });

  on('source', async ({ sourceReference, source }) => {
    const path = frames.textOf(source?.sourceReference ?? sourceReference);
    if (path === undefined) throw new ApexError('no-source', 'Apex gave no source of this number.');
    const content = (await session.replay.sourceText(path)) ?? (await textAtHand(session, path));
    return { content, mimeType: 'text/javascript' };
  });

  on('breakpointLocations', async ({ source, line, endLine = line, column = 1, endColumn }) => {
    const path = frames.pathOf(source);
    const breakpoints = (path === undefined ? [] : await stopsIn(session.replay, realPath(path)))
      .map((stop) => ({ line: stop.line + 1, column: stop.column + 1 }))
      .filter((at) => at.line >= line && at.line <= endLine)
      .filter((at) => at.line > line || at.column >= column)
      .filter((at) => endColumn === undefined || at.line < endLine || at.column <= endColumn)
      .sort((a, b) => a.line - b.line || a.column - b.column);
    return { breakpoints };
  });
}

/** Where execution can stand in a file: a script, or one that scripts were made from. */
async function stopsIn(replay: ReplaySession, path: string): Promise<{ line: number; column: number }[]> {
  const made = await replay.sourceMaps.scriptsFrom(path);
  if (!made.length) return (await replay.scriptText(path))?.stops ?? [];
  const found = made.map(async (script) => {
    const stops = (await replay.scriptText(script))?.stops ?? [];
    return Promise.all(stops.map(({ line, column }) => replay.sourceMaps.originalOf({ path: script, line, column })));
  });
  return (await Promise.all(found)).flat().filter((original) => original?.path === path) as SourcePlace[];
}

/** Of Node's own code on the stack, or of a file that the program never ran. */
async function textAtHand(session: TimeTravelSession, path: string): Promise<string> {
  const process = await session.process();
  const scriptId = process.frames.find((frame) => frame.path === path)?.scriptId;
  if (!scriptId) throw new ApexError('no-source', 'The text of this source is not known at this moment.');
  const { scriptSource } = await process.cdp<{ scriptSource: string }>('Debugger.getScriptSource', { scriptId });
  return scriptSource;
}
