import type { SourceEdit } from '../agent/jobs.ts';
import { stripTypes } from '../instrument/stripTypes.ts';
import type { ReplaySession } from './replaySession.ts';

/** How the files of a recorded program differ from what ran. */
export interface ChangedSources {
  /** Scripts with other texts. */
  edits: SourceEdit[];
  /** Files that have changed, while the script that was made from them is still the recorded one. */
  notBuilt: { path: string; script: string }[];
}

/** Gives the text that a file has now; undefined where there is none. */
export type TextNow = (path: string) => string | undefined;

const isOwn = (path: string): boolean => !/[\\/]node_modules[\\/]/.test(path) && !path.includes('://');

/** Compares the program's own files, not those of packages, with the recording. */
export async function changedSources(session: ReplaySession, textNow: TextNow): Promise<ChangedSources> {
  const edits: SourceEdit[] = [];
  const stale: ChangedSources['notBuilt'] = [];
  for (const { path } of session.index.scripts.filter((script) => isOwn(script.path))) {
    const changed = await changedSource(session, path, textNow);
    if (changed) stale.push({ path: changed, script: path });
    const map = await session.sourceMaps.mapOf(path);
    // What compiles in memory gives its scripts the path of their source: the file is not what ran.
    if (map?.paths.includes(path)) continue;
    const now = textNow(path);
    const recorded = now === undefined ? undefined : (await session.scriptText(path))?.source;
    if (recorded !== undefined && !isSame(stripTypes(path, now!), recorded)) edits.push({ path, text: now! });
  }
  const notBuilt = stale.filter(({ script }) => !edits.some(({ path }) => path === script));
  return { edits, notBuilt };
}

/** A file that a script was made from and that has another text now. */
async function changedSource(session: ReplaySession, script: string, textNow: TextNow): Promise<string | undefined> {
  const map = await session.sourceMaps.mapOf(script);
  for (const path of map?.paths ?? []) {
    const then = isOwn(path) ? await session.sourceMaps.contentOf(path) : undefined;
    const now = then === undefined ? undefined : textNow(path);
    if (now !== undefined && !isSame(now, then!)) return path;
  }
  return undefined;
}

/**
 * The text of a file as it ran, for people. Of TypeScript only what was left without types is known: lines that are the
 * same as now have theirs.
 */
export async function recordedText(
  session: ReplaySession,
  path: string,
  now: string | undefined,
): Promise<string | undefined> {
  const found = await session.sourceText(path);
  if (found === undefined || now === undefined) return found;
  const recorded = withoutUrl(found);
  const stripped = stripTypes(path, now);
  if (stripped === now) return recorded;
  const lines = now.split('\n');
  const typed = new Map(stripped.split('\n').map((line, index) => [line, lines[index]!]));
  return recorded
    .split('\n')
    .map((line) => typed.get(line) ?? line)
    .join('\n');
}

/** A mark of the encoding, the kind of line ends, and what Node adds to TypeScript change nothing that runs. */
function isSame(one: string, other: string): boolean {
  return one === other || normal(one) === normal(other);
}

const normal = (text: string): string =>
  withoutUrl(text)
    .replace(/^\ufeff/, '')
    .replaceAll('\r\n', '\n');

/** Node says of what it made from TypeScript where that is from. */
const withoutUrl = (text: string): string => text.replace(/(?:\n\n\/\/# sourceURL=\S+)+$/, '');
