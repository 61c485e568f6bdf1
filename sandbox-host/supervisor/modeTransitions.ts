import { ApexError } from '../../protocol/errors.ts';
import type { Mode } from '../../protocol/sandbox.ts';
import type { Sandbox } from './sandbox.ts';

/** Why a living sandbox may not go to `mode`; undefined when it may. */
export function refuseMove(sandbox: Sandbox, mode: Mode, confirmed: boolean): ApexError | undefined {
  const { id, mode: from, keep, world } = sandbox.plan;
  const refused = (reason: string, advice: string) =>
    new ApexError('move-refused', `${id} stays in ${from} mode: ${reason}.`, advice);
  const { status } = sandbox.info;
  if (status === 'ended') return refused('it has ended', 'Run its program again.');
  if (status === 'starting') return refused('it is starting', 'Try again when it runs.');
  if (from === mode) return refused('it is in it already', 'Name another mode.');
  if (!keep) return refused('it is not kept', 'Start it with "keep": only then its state is known.');
  if (from === 'isolation' && mode === 'development' && !confirmed) {
    const advice = 'Move it to hybrid, or confirm ("--yes") if you have read it.';
    return refused(`${world.files.entry} would get your folder and the network without being asked`, advice);
  }
  return undefined;
}
