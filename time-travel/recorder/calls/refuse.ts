/** Replay: stops at native code that is not recorded, and says why. */
import { diverge } from '../replaying/divergence.ts';
import { refuseCrossing, standingStill } from '../replaying/questions.ts';

/** @param name of the function or class, as in `sqlite.backup` */
export function refuse(name: string, reason: string): never {
  if (standingStill()) refuseCrossing(name);
  return diverge(`call of ${name}, which is not recorded: ${reason}`, 'whatever follows it');
}
