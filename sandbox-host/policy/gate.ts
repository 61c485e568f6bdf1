import type { Decision, Operation, PolicyRequest } from '../../protocol/policy.ts';
import type { Mode, PermissionAnswer } from '../../protocol/sandbox.ts';
import type { Permission } from '../../protocol/sandboxLifecycle.ts';
import type { AuditEvent } from '../audit/auditLog.ts';
import { CapabilityError } from '../capabilities/capabilityError.ts';
import type { PolicyEngine } from './policyEngine.ts';

const QUARTER_HOUR_MS = 15 * 60_000;
/** Questions that wait for the person. A program that asks for more buries the one that counts. */
const MOST_ASKED = 20;
/** A suggestion with more names would help nobody. */
const MOST_AUDITED = 10_000;

/** A sandbox as the gate sees it. */
export interface Requester {
  id: string;
  label: string;
  mode: Mode;
  /** The engine in force now: it changes when the policy file does. */
  engine(): PolicyEngine;
}

export interface GateSurroundings {
  audit(event: AuditEvent): void;
  /** What no rule speaks of was refused. */
  refused?(request: PolicyRequest & { id: string }): void;
  /** Asks the person; undefined where nobody can be asked. */
  ask?(request: PolicyRequest & { id: string }): Promise<PermissionAnswer>;
}

/** Where every request of every sandbox passes: policy, permissions given by the person, audit. */
export class Gate {
  readonly #surroundings: GateSurroundings;
  readonly #granted = new Map<string, { permission: Permission; timer: NodeJS.Timeout | undefined }>();
  readonly #asking = new Map<string, Promise<PermissionAnswer>>();
  readonly #audited = new Map<string, PolicyRequest>();

  constructor(surroundings: GateSurroundings) {
    this.#surroundings = surroundings;
  }

  /** What audit mode has allowed so far. */
  get audited(): readonly PolicyRequest[] {
    return [...this.#audited.values()];
  }

  /** Resolves when the request may go on. @throws CapabilityError `EACCES` with the reason */
  async permit({ id, label, mode, engine }: Requester, operation: Operation, resource: string): Promise<void> {
    const request: PolicyRequest = { operation, resource, mode, label };
    const decision = engine().decide(request);
    const verdict = decision.effect === 'ask' ? await this.#askPerson(id, request) : decision;
    const allowed = verdict.effect === 'allow';
    if (decision.audited && this.#audited.size < MOST_AUDITED) this.#audited.set(`${operation}\n${resource}`, request);
    const outcome = !allowed ? 'denied' : decision.audited ? 'audited' : 'allowed';
    this.#surroundings.audit({ operation, actor: id, outcome, resource, reason: verdict.reason });
    if (allowed) return;
    if (decision.effect === 'deny' && decision.byDefault) this.#surroundings.refused?.({ ...request, id });
    throw new CapabilityError('EACCES', `EACCES: ${operation} of ${resource} is not allowed: ${verdict.reason}`);
  }

  /** What has several names is refused when a rule denies one of them. @throws CapabilityError `EACCES` */
  refuseDenied({ id, label, mode, engine }: Requester, operation: Operation, resource: string): void {
    const [strongest] = engine().matching({ operation, resource, mode, label });
    if (strongest?.effect !== 'deny') return;
    this.#surroundings.audit({ operation, actor: id, outcome: 'denied', resource, reason: strongest.reason });
    throw new CapabilityError('EACCES', `EACCES: ${operation} of ${resource} is not allowed: ${strongest.reason}`);
  }

  /**
   * A module: a package needs permission like everything from outside, a file of the program's own folder only is not loaded
   * when a rule denies it. So is a package under another name than that by which it was permitted.
   */
  async permitModule(requester: Requester, resource: string, isOtherName = false): Promise<void> {
    if (isOtherName) return this.refuseDenied(requester, 'module.load', resource);
    if (!resource.startsWith('/app/')) return this.permit(requester, 'module.load', resource);
    const { id, label, mode, engine } = requester;
    // Whoever may not read a file of data does not get it as a module either.
    const asked: Operation[] = resource.endsWith('.json') ? ['module.load', 'fs.read'] : ['module.load'];
    const [strongest] = asked
      .flatMap((operation) => engine().matching({ operation, resource, mode, label }))
      .filter(({ effect }) => effect === 'deny');
    const outcome = strongest ? 'denied' : 'allowed';
    this.#surroundings.audit({ operation: 'module.load', actor: id, outcome, resource });
    if (outcome === 'denied') throw new CapabilityError('EACCES', strongest!.reason);
  }

  /** A permission given or refused at run time, for requests that the policy leaves to the person. @param forMs 0: until the host ends */
  grant(label: string, operation: Operation, resource: string, allowed: boolean, forMs = 0): void {
    const key = grantKey(label, operation, resource);
    clearTimeout(this.#granted.get(key)?.timer);
    const permission = { label, operation, resource, allowed, ...(forMs && { until: Date.now() + forMs }) };
    const timer = forMs ? setTimeout(() => this.#drop(key, 'permission.expired'), forMs).unref() : undefined;
    this.#granted.set(key, { permission, timer });
    this.#note(allowed ? 'permission.granted' : 'permission.refused', permission);
  }

  /** Takes back what was granted or refused: the next request asks again. False when there was nothing. */
  revoke(label: string, operation: Operation, resource: string): boolean {
    return this.#drop(grantKey(label, operation, resource), 'permission.revoked');
  }

  permissions(): Permission[] {
    return [...this.#granted.values()].map(({ permission }) => permission);
  }

  #drop(key: string, operation: string): boolean {
    const known = this.#granted.get(key);
    if (!known) return false;
    clearTimeout(known.timer);
    this.#granted.delete(key);
    this.#note(operation, known.permission);
    return true;
  }

  #note(operation: string, { label, operation: what, resource }: Permission): void {
    this.#surroundings.audit({ operation, actor: label, outcome: 'done', resource: `${what} ${resource}` });
  }

  async #askPerson(id: string, request: PolicyRequest): Promise<Pick<Decision, 'effect' | 'reason'>> {
    const key = grantKey(request.label, request.operation, request.resource);
    const known = this.#granted.get(key)?.permission;
    if (known && (known.until ?? Infinity) > Date.now()) {
      return known.allowed ? allow('you allowed it') : deny('you refused it');
    }
    if (!this.#surroundings.ask) return deny('nobody can be asked here; allow it in the policy');
    let question = this.#asking.get(key);
    if (!question) {
      if (this.#asking.size >= MOST_ASKED) return deny('too much is asked at one time');
      question = this.#surroundings.ask({ ...request, id }).catch(() => 'not-now' as const);
      this.#asking.set(key, question);
      void question.finally(() => this.#asking.delete(key));
    }
    const answer = await question;
    if (answer === 'once') return allow('you allowed it once');
    if (answer === 'not-now') return deny('it was not allowed');
    const forMs = answer === 'quarter-hour' ? QUARTER_HOUR_MS : 0;
    this.grant(request.label, request.operation, request.resource, answer !== 'never', forMs);
    return answer === 'never' ? deny('you refused it') : allow('you allowed it');
  }
}

function grantKey(label: string, operation: Operation, resource: string): string {
  return `${label}\n${operation}\n${resource}`;
}

function allow(reason: string) {
  return { effect: 'allow' as const, reason };
}

function deny(reason: string) {
  return { effect: 'deny' as const, reason };
}
