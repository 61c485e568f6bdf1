import { totalmem } from 'node:os';
import { ApexError } from '../../protocol/errors.ts';
import type { HostLimits } from '../../protocol/sandboxLifecycle.ts';

/** Three quarters of the machine, and twice the idle sandboxes that were tried. */
const DEFAULTS: HostLimits = { sandboxes: 2_000, memoryMb: Math.max(256, Math.floor((totalmem() / 2 ** 20) * 0.75)) };

/** Who may still come in. What runs already keeps running: its own limits hold it. */
export class Admission {
  #limits = DEFAULTS;

  set(limits: Partial<HostLimits>): HostLimits {
    const given = Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
    this.#limits = { ...this.#limits, ...given };
    return this.#limits;
  }

  /** @throws ApexError `host-full` */
  admit(running: number, memoryMb: () => number): void {
    const { sandboxes, memoryMb: most } = this.#limits;
    const advice = 'Stop one, or raise the limit ("apex sandbox limits").';
    if (running >= sandboxes) {
      throw new ApexError(
        'host-full',
        `This host holds ${running} sandboxes and takes no more than ${sandboxes}.`,
        advice,
      );
    }
    const used = Math.round(memoryMb());
    if (used < most) return;
    throw new ApexError('host-full', `The sandboxes of this host use ${used} MiB of ${most} MiB.`, advice);
  }
}
