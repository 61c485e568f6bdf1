import { timeRequests } from '../protocol/debug.ts';
import { ApexError } from '../protocol/errors.ts';
import type { Branch, Change } from '../time-travel/replay/engine/branches.ts';
import { momentOf } from './position.ts';
import type { On } from './requests.ts';
import type { FramePlace, StackFrames } from './stackFrames.ts';
import type { TimeTravelSession } from './timeTravelSession.ts';

/** Each open branch is a process that stands still: the oldest makes room. */
const MOST_BRANCHES = 8;

/** What-if: a change runs on beside the recording, up to the first difference, where one can look at what became of it. */
export function serveBranches(
  on: On,
  session: TimeTravelSession,
  frames: StackFrames,
  answerFirst: (action: () => Promise<void>) => void,
): void {
  const open = async (frame: FramePlace, expression: string, name = expression): Promise<Branch> => {
    session.refuseInBranch();
    const { index, point = session.arrival.point } = frame;
    return openBranch(session, { kind: 'value', point, frame: index, expression }, name);
  };
  const find = (id: number): Branch => {
    const branch = session.replay.branches.list.find((known) => known.id === id);
    if (!branch) throw new ApexError('no-such-branch', 'This branch was closed.', 'Try the change again.');
    return branch;
  };

  on(timeRequests.whatIf, async ({ change, frameId, name, enter }) => {
    const branch = await open(frames.placeOf(frameId), change, name);
    if (enter && branch.state) answerFirst(async () => session.enterBranch(branch));
    return { branch: branch.id, ...branch.outcome };
  });
  on('setExpression', async ({ expression, value, frameId }) => {
    const { outcome } = await open(frames.placeOf(frameId), `${expression} = (${value})`, `${expression} = ${value}`);
    answerFirst(async () => session.showAgain());
    return { value: outcome.value };
  });
  on('setVariable', async ({ variablesReference, name, value }) => {
    const named = session.variables.nameOf(variablesReference, name);
    if (!named) throw new ApexError('no-such-object', `${name} cannot be named in the program's own terms.`);
    const { path, frame } = named;
    const { outcome } = await open(frame, `${path} = (${value})`, `${path} = ${value}`);
    // What is shown stays the past.
    answerFirst(async () => session.showAgain());
    return { value: outcome.value };
  });

  on(timeRequests.branches, () => ({
    branches: session.replay.branches.list.map(({ id, name, change, outcome, state }) => ({
      id,
      name,
      from: momentOf(session, change.kind === 'value' ? change.point : 1),
      ...(outcome.difference && { difference: outcome.difference }),
      stands: state !== undefined && !state.gone,
      current: session.branch?.id === id,
    })),
  }));
  on(timeRequests.enterBranch, ({ branch: id }) => {
    const branch = find(id);
    if (!branch.state || branch.state.gone) {
      throw new ApexError(
        'branch-ended',
        `With ${branch.name} the program ran to its end: there is no moment to look at.`,
      );
    }
    answerFirst(async () => session.enterBranch(branch));
  });
  on(timeRequests.renameBranch, ({ branch, name }) => {
    find(branch).name = name;
  });
  on(timeRequests.closeBranch, ({ branch: id }) => {
    find(id);
    if (session.branch?.id === id) answerFirst(async () => void session.leaveBranch());
    session.replay.branches.close(id);
  });
}

/** Opens a branch, says what became of it, and makes room. */
export async function openBranch(session: TimeTravelSession, change: Change, name: string): Promise<Branch> {
  const { branches } = session.replay;
  const branch = await branches.open(change, { name });
  const [oldest] = branches.list;
  if (branches.list.length > MOST_BRANCHES && oldest) branches.close(oldest.id);
  tellOutcome(session, branch);
  return branch;
}

/** Says in the debug console what the change would have done. */
function tellOutcome(session: TimeTravelSession, { name, change, outcome }: Branch): void {
  const { difference } = outcome;
  const what = difference ? describeDifference(difference) : 'everything else would have gone as recorded';
  // The steps of a changed source are not those of the recording.
  const where =
    difference && change.kind === 'value'
      ? ` (at ${momentOf(session, Math.min(difference.point, session.replay.end.point)).label})`
      : '';
  session.say(`${change.kind === 'value' ? 'What if' : 'With'} ${name}: ${what}${where}. The recording is unchanged.`);
}

function describeDifference(difference: NonNullable<Branch['outcome']['difference']>): string {
  switch (difference.kind) {
    case 'crossing':
      return `the program goes another way: ${difference.reason}`;
    case 'error':
      return `it would have ended with ${errorText(difference.thrown)} instead of ${errorText(difference.recorded)}`;
    case 'output':
      return `it would have printed ${quoted(difference.printed)} instead of ${quoted(difference.recorded)}`;
  }
}

const errorText = (text: string): string => (text ? `the error ${JSON.stringify(text)}` : 'no error');

function quoted(text: string): string {
  return text ? JSON.stringify(text.trimEnd()) : 'nothing';
}
