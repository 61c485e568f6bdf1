import { ApexError, toErrorReport } from '../../protocol/errors.ts';
import type { BridgeInfo, BridgeSpec } from '../../protocol/sandboxBridge.ts';
import type { Endpoint } from './endpoint.ts';
import { type Change, changesBetween, type Leaves, leafFromJson, leafText, leafToJson } from './leaves.ts';
import { type CallFunction, type Plan, planTransforms, type Step } from './transforms.ts';

/** One end with what was there, as texts, when the two ends last agreed. */
interface Side {
  end: Endpoint;
  agreed: Map<string, string>;
  /** It may have changed since; what it told last, unless it has to be read. */
  dirty: boolean;
  told: (() => Leaves) | undefined;
}

export interface BridgeSurroundings {
  call: CallFunction;
  /** Its figures or its status have changed in a way that a person wants to know. */
  changed(info: BridgeInfo): void;
}

/**
 * Keeps two states in step. Changes are found by comparing with what both ends last agreed on, so nothing has to be queued: while
 * a receiver is busy the sender's state itself is the buffer, and a flood of changes becomes one.
 */
export class StateBridge {
  readonly id: string;
  readonly spec: BridgeSpec;
  readonly plan: Plan;
  readonly #from: Side;
  readonly #to: Side;
  readonly #surroundings: BridgeSurroundings;
  readonly #stops: (() => void)[] = [];
  #running: Promise<void> | undefined;
  #status: BridgeInfo['status'] = 'open';
  #carried = 0;
  #conflicts = 0;
  #dropped = 0;
  #problem: string | undefined;

  constructor(id: string, spec: BridgeSpec, ends: { from: Endpoint; to: Endpoint }, surroundings: BridgeSurroundings) {
    this.id = id;
    this.spec = spec;
    this.#surroundings = surroundings;
    this.#from = { end: ends.from, agreed: new Map(), dirty: true, told: undefined };
    this.#to = { end: ends.to, agreed: new Map(), dirty: true, told: undefined };
    const { include, exclude } = spec;
    this.plan = planTransforms(spec.transform, { include, exclude }, surroundings.call);
  }

  get info(): BridgeInfo {
    const figures = { carried: this.#carried, conflicts: this.#conflicts, dropped: this.#dropped };
    const problem = this.#problem === undefined ? {} : { problem: this.#problem };
    return { bridge: this.id, spec: this.spec, status: this.#status, ...figures, ...problem };
  }

  /** Carries what is there, except on demand, and begins to wait for changes. */
  async open(): Promise<void> {
    const { when, direction, everyMs } = this.spec;
    // What the receiver has at the start is no change of its own.
    const [receiver] = this.#receivers();
    remember(receiver!, await receiver!.end.read());
    if (direction === 'both') this.#to.dirty = false;
    if (when === 'periodic') {
      const timer = setInterval(() => void this.sync(), everyMs);
      this.#stops.push(() => clearInterval(timer));
    } else if (when !== 'demand') for (const side of this.#senders()) this.#stops.push(this.#watch(side));
    if (when !== 'demand') await this.sync();
  }

  /** True when its changes wait until the sandbox or state of the host with this name is asked. */
  waitsFor(name: string): boolean {
    return (
      this.spec.when === 'lazy' &&
      this.#receivers().some(({ end }) => end.name === name || end.name.startsWith(`${name}:`))
    );
  }

  /** True when one of its ends is in this sandbox. */
  touches(sandbox: string): boolean {
    return [this.#from, this.#to].some(({ end }) => end.name.startsWith(`${sandbox}:`));
  }

  /** Carries everything that has changed; resolves when the receiver has it. Never rejects: `info.problem` says what failed. */
  async sync(): Promise<void> {
    if (this.spec.when !== 'eager' && this.spec.when !== 'lazy') {
      for (const side of this.#senders()) Object.assign(side, { dirty: true, told: undefined });
    }
    while (this.#status === 'open' && this.#senders().some((side) => side.dirty)) {
      this.#running ??= this.#round().finally(() => {
        this.#running = undefined;
      });
      await this.#running;
    }
  }

  close(status: 'closed' | 'failed' = 'closed', problem?: string): void {
    if (this.#status !== 'open') return;
    this.#status = status;
    if (problem !== undefined) this.#problem = problem;
    for (const stop of this.#stops) stop();
    this.#tell();
  }

  #watch(side: Side): () => void {
    return side.end.watch((leaves) => {
      Object.assign(side, { dirty: true, told: leaves });
      if (this.spec.when === 'eager') void this.sync();
    });
  }

  async #round(): Promise<void> {
    for (const side of this.#senders()) {
      if (!side.dirty || this.#status !== 'open') continue;
      try {
        await this.#carry(side, side === this.#from ? this.#to : this.#from);
        this.#problem = undefined;
      } catch (error) {
        const { code, message } = toErrorReport(error);
        if (['bridge-full', 'sandbox-ended', 'no-such-sandbox'].includes(code)) this.close('failed', message);
        else this.#problem = message;
        this.#tell();
      }
    }
  }

  async #carry(sender: Side, receiver: Side): Promise<void> {
    const { told } = sender;
    Object.assign(sender, { dirty: false, told: undefined });
    const leaves = told ? told() : await sender.end.read();
    const changes = changesBetween(sender.agreed, leaves);
    remember(sender, leaves);
    if (changes.length === 0) return;
    const steps: readonly Step[] = sender === this.#from ? this.plan.there : this.plan.back;
    let carried: Change[] = changes;
    for (const step of steps) carried = await step(carried);
    carried = carried.filter(({ key, value }) => receiver.agreed.get(key) !== leafText(value));
    carried = this.#fitting(await this.#settled(carried, sender, receiver));
    const { changes: size } = this.spec.buffer;
    for (let at = 0; at < carried.length; at += size) {
      const batch = carried.slice(at, at + size);
      await receiver.end.apply(batch);
      agree(receiver, batch);
      this.#carried += batch.length;
    }
  }

  /** What is left to carry after the conflict rule: a conflict is a key that the receiver has changed too, to something else. */
  async #settled(changes: Change[], sender: Side, receiver: Side): Promise<Change[]> {
    const { conflict } = this.spec;
    if (conflict === 'last-write' || changes.length === 0) return changes;
    const now = await receiver.end.read();
    const isConflict = ({ key, value }: Change) => {
      const there = leafText(now.get(key));
      return there !== receiver.agreed.get(key) && there !== leafText(value);
    };
    const conflicts = changes.filter(isConflict);
    if (conflicts.length === 0) return changes;
    this.#conflicts += conflicts.length;
    const free = changes.filter((change) => !conflicts.includes(change));
    if (conflict === 'reject') {
      this.#tell();
      return free;
    }
    const json = (text: string | undefined) => (text === undefined ? null : leafToJson(JSON.parse(text)));
    const calls = conflicts.map(({ key, value }) => {
      return [json(leafText(value)), json(leafText(now.get(key))), json(receiver.agreed.get(key))];
    });
    const values = await this.#surroundings.call(this.plan.functions.length, calls);
    const merged = conflicts.map(({ key }, at) => ({ key, value: leafFromJson(values[at]) }));
    // The sender hears of what became of its change, where it hears at all.
    if (this.spec.direction === 'both') {
      let back: Change[] = merged;
      for (const step of sender === this.#from ? this.plan.back : this.plan.there) back = await step(back);
      await sender.end.apply(back);
      agree(sender, back);
    }
    this.#tell();
    return [...free, ...merged];
  }

  #fitting(changes: Change[]): Change[] {
    const { changes: size, onFull } = this.spec.buffer;
    if (changes.length <= size || onFull === 'wait') return changes;
    if (onFull === 'fail') {
      throw new ApexError(
        'bridge-full',
        `More than ${size} values have changed at one time.`,
        'Give it a larger buffer.',
      );
    }
    this.#dropped += changes.length - size;
    return changes.slice(-size);
  }

  #senders(): Side[] {
    const { direction } = this.spec;
    return direction === 'push' ? [this.#from] : direction === 'pull' ? [this.#to] : [this.#from, this.#to];
  }

  #receivers(): Side[] {
    const { direction } = this.spec;
    return direction === 'push' ? [this.#to] : direction === 'pull' ? [this.#from] : [this.#to, this.#from];
  }

  #tell(): void {
    this.#surroundings.changed(this.info);
  }
}

function remember(side: Side, leaves: Leaves): void {
  side.agreed = new Map([...leaves].map(([key, value]) => [key, leafText(value)!]));
}

function agree(side: Side, changes: readonly Change[]): void {
  for (const { key, value } of changes) {
    if (value === undefined) side.agreed.delete(key);
    else side.agreed.set(key, leafText(value)!);
  }
}
