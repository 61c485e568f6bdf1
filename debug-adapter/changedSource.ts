import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { timeRequests } from '../protocol/debug.ts';
import { ApexError } from '../protocol/errors.ts';
import { changedSources, recordedText, type TextNow } from '../time-travel/replay/engine/changedSources.ts';
import { openBranch } from './branches.ts';
import { realPath } from './breakpoints.ts';
import type { On } from './requests.ts';
import type { TimeTravelSession } from './timeTravelSession.ts';

interface UnsavedText {
  path: string;
  text: string;
}

/** The program as it would have run with the sources as they are now: what the client has not saved, else the files. */
export function serveChangedSource(
  on: On,
  session: TimeTravelSession,
  answerFirst: (action: () => Promise<void>) => void,
): void {
  on(timeRequests.whatIfSource, async ({ texts = [], name, enter }) => {
    session.refuseInBranch();
    const { edits, notBuilt } = await changedSources(session.replay, textsNow(texts));
    if (!edits.length) throw nothingToRun(notBuilt);
    const changed = edits.map(({ path }) => path);
    const branch = await openBranch(session, { kind: 'source', edits }, name ?? `changed ${filesText(changed)}`);
    for (const { path, script } of notBuilt) session.say(`apex: ${staleText(path, script)}.`);
    const stands = branch.state !== undefined;
    if (enter && stands) answerFirst(async () => session.enterBranch(branch));
    return { branch: branch.id, changed, stands, ...branch.outcome };
  });

  on(timeRequests.recordedSource, async ({ path, text }) => {
    const file = realPath(path);
    const content = await recordedText(session.replay, file, text ?? fileText(file));
    if (content === undefined) throw new ApexError('no-source', `${path} was not loaded in the recording.`);
    return { content };
  });
}

function textsNow(unsaved: readonly UnsavedText[]): TextNow {
  const texts = new Map(unsaved.map(({ path, text }) => [realPath(path), text]));
  return (path) => texts.get(path) ?? fileText(path);
}

function fileText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function nothingToRun([stale]: { path: string; script: string }[]): ApexError {
  if (stale)
    return new ApexError('not-built', `${staleText(stale.path, stale.script)}.`, 'Build it, then run it again.');
  return new ApexError(
    'nothing-changed',
    'The sources are those that were recorded: there is nothing to try.',
    'Change one (it need not be saved), then run it again.',
  );
}

const staleText = (path: string, script: string): string =>
  `${basename(path)} has changed, but ${basename(script)}, which was made from it, is still the recorded one`;

function filesText(paths: readonly string[]): string {
  return paths.length === 1 ? basename(paths[0]!) : `${paths.length} files`;
}
