import { ApexError } from '../protocol/errors.ts';
import type { Branch } from '../time-travel/replay/engine/branches.ts';
import type { PausedProcess } from '../time-travel/replay/engine/pausedProcess.ts';

/** The branch that is looked at instead of the recording, if any; time stands at the moment of its change. */
export class BranchVisit {
  branch: Branch | undefined;

  /** What answers questions instead of the recording. @throws ApexError `branch-ended` */
  get process(): PausedProcess | undefined {
    const state = this.branch?.state;
    if (state?.gone) throw new ApexError('branch-ended', 'The process of this branch has ended.', 'Step to leave it.');
    return state;
  }

  /** @throws ApexError `in-a-branch`: questions about time are about the recording */
  refuse(): void {
    if (!this.branch) return;
    const advice = 'Any step leads back to the recording.';
    throw new ApexError('in-a-branch', `This is the branch ${this.branch.name}, not the recording.`, advice);
  }
}
