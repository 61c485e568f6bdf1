import { readFileSync } from 'node:fs';
import { ApexError } from '../../protocol/errors.ts';
import type { Change } from '../../time-travel/replay/engine/branches.ts';
import type { ReplaySession } from '../../time-travel/replay/engine/replaySession.ts';
import { type Answer, shownFrames, stackLines } from './answer.ts';

/** Runs a changed course of the program up to its first difference and says where it stands then. */
export async function whatIf(session: ReplaySession, change: Change, goOn: boolean): Promise<Answer> {
  const { outcome, state } = await session.branches.open(change, { goOn });
  const { value, difference, outputs, point } = outcome;
  const stack = state ? shownFrames(state.frames) : undefined;
  const answer = { value, difference, outputs, point: String(point), stack };
  const lines = [
    ...(change.kind === 'value' ? [`${change.expression}: ${value}`] : []),
    ...(difference ? describe(difference) : ['Everything else goes as recorded.']),
    ...(stack ? stackLines(stack) : []),
    ...(goOn ? ['It prints from there on:', ...outputs.map(({ text }) => text.trimEnd())] : []),
  ];
  return { answer, lines, found: difference === undefined };
}

type Difference = NonNullable<Awaited<ReturnType<ReplaySession['branches']['open']>>['outcome']['difference']>;

function describe(difference: Difference): string[] {
  const where = `point ${difference.point}: `;
  if (difference.kind === 'crossing') return [where + difference.reason];
  if (difference.kind === 'error') {
    const { thrown, recorded } = difference;
    return [`${where}it ends with ${thrown || 'no error'}`, `instead of ${recorded || 'no error'}`];
  }
  const { printed, recorded } = difference;
  return [`${where}it prints ${quoted(printed)} instead of ${quoted(recorded)}`];
}

const quoted = (text: string): string => (text ? JSON.stringify(text.trimEnd()) : 'nothing');

/** @throws ApexError `no-such-source` */
export function readChanged(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ApexError('no-such-source', `${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
