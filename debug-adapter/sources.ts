import { ApexError } from '../protocol/errors.ts';
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
    const text = path === undefined ? undefined : await session.replay.scriptText(realPath(path));
    const breakpoints = (text?.stops ?? [])
      .map((stop) => ({ line: stop.line + 1, column: stop.column + 1 }))
      .filter((at) => at.line >= line && at.line <= endLine)
      .filter((at) => at.line > line || at.column >= column)
      .filter((at) => endColumn === undefined || at.line < endLine || at.column <= endColumn)
      .sort((a, b) => a.line - b.line || a.column - b.column);
    return { breakpoints };
  });
}

/** Of Node's own code on the stack, or of a file that the program never ran. */
async function textAtHand(session: TimeTravelSession, path: string): Promise<string> {
  const process = await session.process();
  const scriptId = process.frames.find((frame) => frame.path === path)?.scriptId;
  if (!scriptId) throw new ApexError('no-source', 'The text of this source is not known at this moment.');
  const { scriptSource } = await process.cdp<{ scriptSource: string }>('Debugger.getScriptSource', { scriptId });
  return scriptSource;
}
