import { basename } from 'node:path';
import { ApexError, toErrorReport } from '../../protocol/errors.ts';
import type { Operation, PolicyRequest } from '../../protocol/policy.ts';
import type {
  GroupInfo,
  HostStatus,
  Mode,
  Outcome,
  PermissionAnswer,
  SandboxInfo,
  StartParams,
} from '../../protocol/sandbox.ts';
import { SANDBOX_PROTOCOL } from '../../protocol/sandbox.ts';
import type { AuditReportInfo, AuditVerdict } from '../../protocol/sandboxAudit.ts';
import type { BridgeInfo } from '../../protocol/sandboxBridge.ts';
import type { SwapResult } from '../../protocol/sandboxModules.ts';
import type { Alert } from '../../protocol/sandboxSecurity.ts';
import type { StateDocument } from '../../protocol/stateDocument.ts';
import { CROSSINGS, endEvent, shortened } from '../audit/auditEvents.ts';
import type { AuditEvent } from '../audit/auditLog.ts';
import { reportChains, verifyChains } from '../audit/lookIntoAudit.ts';
import { auditHome, openAuditChain } from '../audit/openAuditChain.ts';
import type { AuditQuery } from '../audit/reportAudit.ts';
import { HostStates } from '../bridges/hostStates.ts';
import { Channels } from '../capabilities/channels.ts';
import { KeyValueStore } from '../capabilities/keyValueStore.ts';
import { openGuestFiles } from '../modules/guestFiles.ts';
import { ModuleScanner } from '../modules/moduleScanner.ts';
import { Gate } from '../policy/gate.ts';
import { strictest, tightest } from '../policy/loadPolicy.ts';
import { suggestPolicy } from '../policy/suggestPolicy.ts';
import { AlertList, type Finding } from '../security/securityDesk.ts';
import { keptFolders } from '../storage/keptFolders.ts';
import { openStateStore, type TieredStore } from '../storage/tieredStore.ts';
import { Admission } from './admission.ts';
import { BridgeKeeper } from './bridgeKeeper.ts';
import { CrossingLog, refuseRecording } from './crossingLog.ts';
import { limitsFor } from './defaults.ts';
import { GroupKeeper } from './groupKeeper.ts';
import { refuseMove } from './modeTransitions.ts';
import { Placement } from './placement.ts';
import { type PolicyReload, PolicyShelf } from './policyShelf.ts';
import { Sandbox } from './sandbox.ts';
import { SandboxModules } from './sandboxModules.ts';
import { StateKeeper } from './stateKeeper.ts';

/** What the supervisor tells whoever speaks for it (JSON-RPC, tests). */
export interface SupervisorListener {
  output(id: string, stream: 'stdout' | 'stderr', text: string): void;
  changed(sandbox: SandboxInfo): void;
  stateChanged(id: string, state: StateDocument): void;
  ended(id: string, outcome: Outcome): void;
  crossing?(event: AuditEvent): void;
  policyChanged?(event: { reloaded: boolean; message: string }): void;
  /** What no rule speaks of was refused. */
  refused?(request: PolicyRequest & { id: string }): void;
  alert?(alert: Alert): void;
  groupChanged?(group: GroupInfo): void;
  bridgeChanged?(bridge: BridgeInfo): void;
  hostStateChanged?(name: string, keys: string[]): void;
  /** Asks the person who sits before the client; undefined where nobody does. */
  ask?(request: PolicyRequest & { id: string }): Promise<PermissionAnswer>;
}

/** What nobody has used for a week leaves the database for the folder. */
const COLD_AFTER_MS = 7 * 86_400_000;
/** How many ended sandboxes stay in the list. */
const REMEMBERED = 50;

/**
 * Holds every sandbox of this host. It never loads isolated-vm and never runs guest code: guests live in worker processes,
 * and whatever they ask for is decided and done here.
 */
export class Supervisor {
  readonly #listener: SupervisorListener;
  readonly #placement = new Placement();
  readonly #sandboxes = new Map<string, Sandbox>();
  readonly #stores = new Map<string, KeyValueStore>();
  readonly #channels = new Channels();
  readonly #policies = new PolicyShelf((event) => this.#policyChanged(event));
  readonly #auditChain: ReturnType<typeof openAuditChain>;
  readonly #gate: Gate;
  readonly #scanner = new ModuleScanner();
  #store: TieredStore | undefined;
  /** Declared state of sandboxes: edits, snapshots, undo. */
  readonly state: StateKeeper;
  readonly hostStates: HostStates;
  readonly bridges: BridgeKeeper;
  readonly groups: GroupKeeper;
  readonly admission = new Admission();
  readonly alerts = new AlertList();
  #mode: Mode = 'isolation';
  #next = 1;
  #closed = false;

  constructor(listener: SupervisorListener) {
    this.#listener = listener;
    this.#auditChain = openAuditChain();
    this.state = new StateKeeper(
      () => this.store,
      (id) => this.sandbox(id),
      (event) => this.#audit(event),
    );
    this.hostStates = new HostStates(
      () => this.store,
      (name, keys) => listener.hostStateChanged?.(name, keys),
    );
    this.bridges = new BridgeKeeper({
      find: (id) => this.sandbox(id),
      start: (params) => this.start(params),
      hostStates: this.hostStates,
      audit: (event) => this.#audit(event),
      changed: (info) => listener.bridgeChanged?.(info),
    });
    this.groups = new GroupKeeper({
      start: async (params, started) => started((await this.start(params)).plan.id),
      stop: (id) => this.sandbox(id).stop(),
      audit: (event) => this.#audit(event),
      changed: (info) => listener.groupChanged?.(info),
    });
    const { ask } = listener;
    this.#gate = new Gate({
      audit: (event) => this.#audit(event),
      refused: (request) => listener.refused?.(request),
      ...(ask && { ask: (request) => ask(request) }),
    });
  }

  /** What outlives this host; opened when it is first needed. */
  get store(): TieredStore {
    if (!this.#store) {
      this.#store = openStateStore();
      void this.#store.coolDown(COLD_AFTER_MS);
    }
    return this.#store;
  }

  warm(): void {
    this.#placement.warm();
  }

  /** How many sandboxes have not ended. */
  get #running(): number {
    let running = 0;
    for (const sandbox of this.#sandboxes.values()) if (!sandbox.ended) running++;
    return running;
  }

  async status(): Promise<HostStatus> {
    return {
      protocol: SANDBOX_PROTOCOL,
      node: process.version,
      osSandbox: await this.#placement.osSandbox(),
      mode: this.#mode,
      workers: this.#placement.workers,
      sandboxes: this.#running,
    };
  }

  list(): SandboxInfo[] {
    return [...this.#sandboxes.values()].map((sandbox) => sandbox.info);
  }

  /** @throws ApexError of `openGuestFiles`, `worker-failed` */
  async start(params: StartParams): Promise<Sandbox> {
    this.admission.admit(this.#running, () => this.workerMemoryMb);
    const files = openGuestFiles(params.file, params.source);
    const mode = params.mode ?? this.#mode;
    if (params.record !== undefined) refuseRecording(params);
    const id = `sandbox-${this.#next++}`;
    const label = params.label ?? basename(params.file);
    const rules = this.#policies.rulesOf(params);
    const scan = strictest(params.scan, rules().policy.scan);
    const requester = {
      ...{ id, label, engine: () => rules().engine },
      // A sandbox can be moved to another mode while it lives.
      get mode(): Mode {
        return sandbox.plan.mode;
      },
    };
    const limitsIn = (inMode: Mode) =>
      tightest(limitsFor(inMode, params.limits, params.keep), rules().policy.limits[inMode] ?? {});
    const plan = {
      id,
      label,
      file: params.file,
      mode,
      limits: limitsIn(mode),
      limitsIn,
      anomalies: rules().policy.anomalies,
      keep: params.keep ?? false,
      ...(params.record !== undefined && { record: new CrossingLog(params.record) }),
      world: {
        files,
        id,
        store: await this.#storeOf(label, rules().policy.keepStore),
        channels: this.#channels,
        programs: () => rules().policy.programs,
        untouchable: () => [...rules().policy.files, ...keptFolders()],
        permit: (operation: Operation, resource: string) => this.#gate.permit(requester, operation, resource),
        refuseDenied: (operation: Operation, resource: string) =>
          this.#gate.refuseDenied(requester, operation, resource),
      },
      modules: new SandboxModules({
        files,
        permit: (resource, isOtherName) => this.#gate.permitModule(requester, resource, isOtherName),
        ...(scan && { scan: { least: scan, scanner: this.#scanner } }),
      }),
    };
    this.#audit({ operation: 'sandbox.start', actor: id, outcome: 'done', resource: label, reason: `${mode} mode` });
    const sandbox = new Sandbox(plan, {
      output: (stream, text) => this.#listener.output(id, stream, text),
      changed: () => this.#listener.changed(sandbox.info),
      restart: (alone) => {
        this.#placement.place(sandbox, alone).catch((error: unknown) => sandbox.giveUp(toErrorReport(error).message));
      },
      stateChanged: (state) => this.#listener.stateChanged(id, state),
      anomaly: (finding) => this.#found(sandbox, finding),
      ended: (outcome) => {
        this.#placement.leave(sandbox);
        this.#audit(endEvent(id, outcome));
        this.bridges.sandboxEnded(id);
        this.#channels.leave(id);
        this.groups.sandboxEnded(id, outcome);
        this.#listener.ended(id, outcome);
      },
    });
    this.#forgetOld();
    this.#sandboxes.set(id, sandbox);
    await this.#placement.place(sandbox, false);
    return sandbox;
  }

  /** @throws ApexError `no-such-sandbox` */
  sandbox(id: string): Sandbox {
    const sandbox = this.#sandboxes.get(id);
    if (!sandbox)
      throw new ApexError('no-such-sandbox', `There is no sandbox ${id}.`, 'List them with "sandbox/list".');
    return sandbox;
  }

  /**
   * Moves a living sandbox to another mode; its declared state goes with it.
   * @throws ApexError `move-refused` with the reason
   */
  async move(id: string, mode: Mode, confirmed: boolean): Promise<SandboxInfo> {
    const sandbox = this.sandbox(id);
    const from = sandbox.plan.mode;
    const refusal = refuseMove(sandbox, mode, confirmed);
    const event = { operation: 'sandbox.move', actor: id, resource: `${from} → ${mode}` };
    if (refusal) {
      this.#audit({ ...event, outcome: 'denied', reason: refusal.message });
      throw refusal;
    }
    await sandbox.move(mode, sandbox.plan.limitsIn(mode), () => this.#placement.place(sandbox, false));
    this.#audit({ ...event, outcome: 'done' });
    return sandbox.info;
  }

  get gate(): Gate {
    return this.#gate;
  }

  /** Replaces modules of a running sandbox whose files have changed. @throws ApexError of `Sandbox.swap` */
  async swap(id: string, files?: readonly string[]): Promise<SwapResult> {
    try {
      const result = await this.state.keeping(id, (sandbox) => sandbox.swap(files));
      for (const { url, version } of result.swapped) {
        this.#audit({
          operation: 'module.swap',
          actor: id,
          outcome: 'done',
          resource: url,
          reason: `version ${version}`,
        });
      }
      return result;
    } catch (error) {
      const { code } = toErrorReport(error);
      this.#audit({ operation: 'module.swap', actor: id, outcome: 'failed', reason: code });
      throw error;
    }
  }

  /** Resident memory of all workers above that of empty ones, in MiB. */
  get workerMemoryMb(): number {
    return this.#placement.memoryMb;
  }

  /** Changes what new sandboxes run in when they name no mode. */
  setMode(mode: Mode): void {
    this.#audit({ operation: 'mode.change', actor: 'host', outcome: 'done', resource: `${this.#mode} → ${mode}` });
    this.#mode = mode;
  }

  /** What the audit log says, with what was written until now. */
  get audited(): { verify(): AuditVerdict[]; report(query: AuditQuery): AuditReportInfo; home: string } {
    const home = auditHome();
    this.#auditChain.log.flush();
    return { home, verify: () => verifyChains(home), report: (query) => reportChains(home, query) };
  }

  /** The smallest policy for what audit mode let through, as the text of a file. */
  suggestedPolicy(): string {
    return `${JSON.stringify(suggestPolicy(this.#gate.audited), null, 2)}\n`;
  }

  close(): void {
    this.groups.closeAll();
    this.bridges.closeAll();
    for (const sandbox of this.#sandboxes.values()) sandbox.stop();
    this.#closed = true;
    if (this.#store) this.hostStates.flush();
    for (const store of this.#stores.values()) store.flush();
    this.#placement.close();
    this.#scanner.close();
    this.#store?.close();
    this.#policies.close();
    this.#auditChain.close();
  }

  #found({ plan: { id }, info }: Sandbox, { rule, response, message }: Finding): void {
    this.#audit({
      operation: 'anomaly',
      actor: id,
      outcome: 'done',
      resource: rule,
      reason: `${response}: ${message}`,
    });
    if (response === 'log') return;
    const alert = { id, rule, response, message, at: Date.now() };
    this.alerts.add(alert);
    this.#listener.alert?.(alert);
    this.#listener.changed(info);
  }

  #audit(event: AuditEvent): void {
    if (this.#closed) return;
    const { actor, operation, resource, outcome } = event;
    this.#auditChain.log.write(shortened(event));
    if (resource !== undefined && CROSSINGS.has(operation)) {
      this.#sandboxes.get(actor)?.desk.crossed({ operation, resource, outcome });
    }
    this.#listener.crossing?.(event);
  }

  #policyChanged({ file, reloaded, message }: PolicyReload): void {
    const outcome = reloaded ? 'done' : 'failed';
    this.#audit({ operation: 'policy.reload', actor: 'host', outcome, resource: file, reason: message });
    this.#listener.policyChanged?.({ reloaded, message });
  }

  async #storeOf(label: string, kept: boolean): Promise<KeyValueStore> {
    const store = this.#stores.get(label) ?? new KeyValueStore();
    this.#stores.set(label, store);
    if (kept) await store.keep(this.store, `kv/${label}`);
    return store;
  }

  #forgetOld(): void {
    const ended = [...this.#sandboxes.values()].filter((sandbox) => sandbox.info.status === 'ended');
    for (const sandbox of ended.slice(0, Math.max(0, ended.length - REMEMBERED)))
      this.#sandboxes.delete(sandbox.plan.id);
  }
}
