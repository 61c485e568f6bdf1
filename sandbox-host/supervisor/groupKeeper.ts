import { ApexError, toErrorReport } from '../../protocol/errors.ts';
import type { GroupInfo, GroupSpec, Outcome, StartParams } from '../../protocol/sandbox.ts';
import type { AuditEvent } from '../audit/auditLog.ts';
import { RestartIntensity } from './restartIntensity.ts';

export interface GroupWorld {
  /** Starts a sandbox and says its id before anything else is heard of it. */
  start(params: StartParams, started: (id: string) => void): Promise<void>;
  stop(id: string): void;
  audit(event: AuditEvent): void;
  changed(info: GroupInfo): void;
}

interface Child {
  spec: GroupSpec['children'][number];
  /** The sandbox that stands for it now. */
  sandbox: string | undefined;
  starts: number;
}

interface Group {
  spec: GroupSpec;
  children: Child[];
  intensity: RestartIntensity;
  status: GroupInfo['status'];
  restarts: number;
  problem?: string;
  /** Restarts happen one after another. */
  last: Promise<void>;
}

/** Groups of sandboxes under OTP's strategies. */
export class GroupKeeper {
  readonly #world: GroupWorld;
  readonly #groups = new Map<string, Group>();

  constructor(world: GroupWorld) {
    this.#world = world;
  }

  list(): GroupInfo[] {
    return [...this.#groups.values()].map(describe);
  }

  /** Starts the children in their order. @throws ApexError `group-runs`, `group-names`, and what starting a child throws */
  async start(spec: GroupSpec): Promise<GroupInfo> {
    if (this.#groups.get(spec.name)?.status === 'running') {
      throw new ApexError('group-runs', `A group "${spec.name}" runs already.`, 'Stop it, or name another.');
    }
    if (new Set(spec.children.map(({ name }) => name)).size < spec.children.length) {
      throw new ApexError('group-names', 'Two children have one name.', 'Name each of them.');
    }
    const group: Group = {
      spec,
      children: spec.children.map((child) => ({ spec: child, sandbox: undefined, starts: 0 })),
      intensity: new RestartIntensity(spec.maxRestarts, spec.withinMs),
      status: 'running',
      restarts: 0,
      last: Promise.resolve(),
    };
    this.#groups.set(spec.name, group);
    try {
      for (const child of group.children) await this.#startChild(group, child);
    } catch (error) {
      this.#end(group, 'failed', toErrorReport(error).message);
      throw error;
    }
    this.#world.audit({ operation: 'group.start', actor: 'host', outcome: 'done', resource: spec.name });
    return describe(group);
  }

  /** @throws ApexError `no-such-group` */
  stop(name: string): GroupInfo {
    const group = this.#groups.get(name);
    if (!group) throw new ApexError('no-such-group', `There is no group "${name}".`, 'See "apex sandbox groups".');
    if (group.status === 'running') this.#end(group, 'ended');
    return describe(group);
  }

  sandboxEnded(id: string, outcome: Outcome): void {
    for (const group of this.#groups.values()) {
      const child = group.children.find(({ sandbox }) => sandbox === id);
      if (!child || group.status !== 'running') continue;
      child.sandbox = undefined;
      const { restart } = child.spec;
      // Whoever stopped it wants it stopped.
      const endedWell = outcome.ok || outcome.failure.code === 'stopped';
      if (restart === 'permanent' || (restart === 'transient' && !endedWell)) {
        group.last = group.last.then(() => this.#restart(group, child));
      } else if (group.children.every(({ sandbox }) => sandbox === undefined)) this.#end(group, 'ended');
    }
  }

  closeAll(): void {
    for (const group of this.#groups.values()) if (group.status === 'running') group.status = 'ended';
  }

  async #restart(group: Group, failed: Child): Promise<void> {
    // It may have been started meanwhile, as one of all, or the group has ended.
    if (group.status !== 'running' || failed.sandbox !== undefined) return;
    const { maxRestarts, withinMs, strategy, name } = group.spec;
    if (!group.intensity.allow(performance.now())) {
      this.#end(
        group,
        'failed',
        `More than ${maxRestarts} restarts in ${withinMs} ms; the last of "${failed.spec.name}".`,
      );
      return;
    }
    group.restarts++;
    const from = group.children.indexOf(failed);
    const again =
      strategy === 'one_for_one' ? [failed] : strategy === 'one_for_all' ? group.children : group.children.slice(from);
    const ended = again.filter((child) => child !== failed && child.sandbox === undefined);
    for (const child of again.toReversed()) this.#stopChild(child);
    this.#world.audit({
      operation: 'group.restart',
      actor: 'host',
      outcome: 'done',
      resource: `${name}: ${failed.spec.name}`,
    });
    try {
      for (const child of again) {
        // A child that has done its work is not asked to do it again, unless it is permanent.
        if (ended.includes(child) && child.spec.restart !== 'permanent') continue;
        await this.#startChild(group, child);
      }
    } catch (error) {
      this.#end(group, 'failed', toErrorReport(error).message);
      return;
    }
    this.#world.changed(describe(group));
  }

  async #startChild(group: Group, child: Child): Promise<void> {
    if (group.status !== 'running') return;
    const { name, restart: _restart, ...params } = child.spec;
    child.starts++;
    await this.#world.start({ label: `${group.spec.name}/${name}`, ...params }, (id) => {
      child.sandbox = id;
    });
    // The group was ended while it started.
    if ((group.status as string) !== 'running') this.#stopChild(child);
  }

  #stopChild(child: Child): void {
    const { sandbox } = child;
    // Its end is none that calls for a restart.
    child.sandbox = undefined;
    if (sandbox !== undefined) this.#world.stop(sandbox);
  }

  #end(group: Group, status: 'ended' | 'failed', problem?: string): void {
    group.status = status;
    if (problem !== undefined) group.problem = problem;
    for (const child of group.children.toReversed()) this.#stopChild(child);
    const outcome = status === 'ended' ? 'done' : 'failed';
    this.#world.audit({ operation: 'group.end', actor: 'host', outcome, resource: group.spec.name });
    this.#world.changed(describe(group));
  }
}

function describe({ spec, status, restarts, children, problem }: Group): GroupInfo {
  return {
    name: spec.name,
    strategy: spec.strategy,
    status,
    restarts,
    children: children.map(({ spec: { name }, sandbox, starts }) => ({ name, starts, ...(sandbox && { sandbox }) })),
    ...(problem !== undefined && { problem }),
  };
}
