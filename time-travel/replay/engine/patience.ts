import { ApexError } from '../../../protocol/errors.ts';
import type { Place } from '../agent/jobs.ts';

/** Milliseconds, and times a plain replay, after which what is evaluated at visits is held to be endless. */
const PATIENCE = 3000;
const COST = 20;

/** Something of the person's own is evaluated at each visit. */
export const evaluates = ({ condition, expressions }: Pick<Place, 'condition' | 'expressions'>): boolean =>
  condition !== undefined || Boolean(expressions?.length);

/**
 * What is evaluated at each visit may not end, and nothing inside the replaying process could stop it.
 * `once` resolves with the milliseconds that a plain replay takes, `stop` ends the process.
 * @throws ApexError `no-answer`
 */
export async function endsInTime(once: Promise<number>, ended: Promise<void>, stop: () => void): Promise<void> {
  const milliseconds = await Promise.race([once, ended]);
  if (milliseconds === undefined) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        reject(new ApexError('no-answer', 'Its condition or expression did not end.'));
        stop();
      },
      PATIENCE + milliseconds * COST,
    );
  });
  await Promise.race([ended, late]).finally(() => clearTimeout(timer));
}
