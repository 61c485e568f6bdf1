import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApexError } from '../../protocol/errors.ts';
import type { StartParams } from '../../protocol/sandbox.ts';
import type { BridgeEnd, BridgeInfo, BridgeSpec } from '../../protocol/sandboxBridge.ts';
import type { AuditEvent } from '../audit/auditLog.ts';
import type { Endpoint } from '../bridges/endpoint.ts';
import type { HostStates } from '../bridges/hostStates.ts';
import { keySteps, leavesOf } from '../bridges/leaves.ts';
import { StateBridge } from '../bridges/stateBridge.ts';
import type { CallFunction } from '../bridges/transforms.ts';
import type { Sandbox } from './sandbox.ts';

export interface BridgeWorld {
  find(id: string): Sandbox;
  start(params: StartParams): Promise<Sandbox>;
  hostStates: HostStates;
  audit(event: AuditEvent): void;
  changed(info: BridgeInfo): void;
}

/** Closed bridges that stay in the list. */
const REMEMBERED = 20;

/** The bridges of this host. Functions that a bridge is given run in a sandbox of their own, never here. */
export class BridgeKeeper {
  readonly #world: BridgeWorld;
  readonly #bridges = new Map<string, { bridge: StateBridge; functions?: Sandbox }>();
  #folder: string | undefined;
  #next = 1;

  constructor(world: BridgeWorld) {
    this.#world = world;
  }

  list(): BridgeInfo[] {
    return [...this.#bridges.values()].map(({ bridge }) => bridge.info);
  }

  /** @throws ApexError `bridge-to-itself`, `no-such-sandbox`, and what starting the sandbox of its functions throws */
  async open(spec: BridgeSpec): Promise<BridgeInfo> {
    const ends = { from: this.#endpoint(spec.from), to: this.#endpoint(spec.to) };
    if (ends.from.name === ends.to.name) {
      throw new ApexError('bridge-to-itself', `Both ends are ${ends.from.name}.`, 'Name two states.');
    }
    const id = `bridge-${this.#next++}`;
    const call: CallFunction = (at, calls) => this.#call(id, at, calls);
    const bridge = new StateBridge(id, spec, ends, { call, changed: (info) => this.#world.changed(info) });
    const entry: { bridge: StateBridge; functions?: Sandbox } = { bridge };
    const merge = typeof spec.conflict === 'object' ? [spec.conflict.merge] : [];
    const functions = [...bridge.plan.functions, ...merge];
    if (functions.length > 0) entry.functions = await this.#startFunctions(id, functions);
    this.#forgetOld();
    this.#bridges.set(id, entry);
    await bridge.open();
    const resource = `${ends.from.name} ${{ push: '→', pull: '←', both: '↔' }[spec.direction]} ${ends.to.name}`;
    this.#world.audit({ operation: 'bridge.open', actor: id, outcome: 'done', resource });
    this.#world.changed(bridge.info);
    return bridge.info;
  }

  /** @throws ApexError `no-such-bridge` */
  async sync(id: string): Promise<BridgeInfo> {
    const { bridge } = this.#find(id);
    await bridge.sync();
    return bridge.info;
  }

  /** @throws ApexError `no-such-bridge` */
  close(id: string, problem?: string): BridgeInfo {
    const { bridge, functions } = this.#find(id);
    bridge.close('closed', problem);
    functions?.stop();
    this.#world.audit({ operation: 'bridge.close', actor: id, outcome: 'done' });
    return bridge.info;
  }

  /** Somebody is about to ask a sandbox or a state of the host: what waits for that arrives first. */
  async beforeAsking(name: string): Promise<void> {
    for (const { bridge } of this.#bridges.values()) if (bridge.waitsFor(name)) await bridge.sync();
  }

  sandboxEnded(id: string): void {
    for (const { bridge } of this.#bridges.values()) {
      if (bridge.info.status === 'open' && bridge.touches(id)) this.close(bridge.id, `${id} has ended.`);
    }
  }

  closeAll(): void {
    for (const { bridge } of this.#bridges.values()) bridge.close();
    this.#bridges.clear();
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
  }

  #find(id: string) {
    const entry = this.#bridges.get(id);
    if (entry) return entry;
    throw new ApexError('no-such-bridge', `There is no bridge ${id}.`, 'See "apex sandbox bridges".');
  }

  #endpoint(end: BridgeEnd): Endpoint {
    if ('host' in end) return this.#world.hostStates.endpoint(end.host);
    const sandbox = this.#world.find(end.sandbox);
    return {
      name: `${end.sandbox}:${end.state}`,
      read: async () => leavesOf(await sandbox.readState(), end.state),
      apply: (changes) =>
        sandbox.applyChanges(
          end.state,
          changes.map(({ key, value }) => ({ path: keySteps(key), ...(value !== undefined && { value }) })),
        ),
      watch: (changed) => sandbox.subscribe((document) => changed(() => leavesOf(document, end.state))),
    };
  }

  /** Isolation mode, no permission, nothing to import: it turns JSON into JSON. */
  async #startFunctions(id: string, functions: readonly string[]): Promise<Sandbox> {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'apex-bridge-'));
    const file = join(this.#folder, 'functions.js');
    writeFileSync(file, '');
    const source = `const functions = [${functions.map((text) => `(${text}\n)`).join(', ')}];
      globalThis.call = (at, calls) => Promise.all(calls.map((args) => functions[at](...args)));`;
    const limits = { wallMs: 0, cpuMs: 0, turnMs: 1000 };
    const sandbox = await this.#world.start({
      file,
      source,
      label: `${id} functions`,
      mode: 'isolation',
      keep: true,
      limits,
    });
    await sandbox.ran;
    const { outcome } = sandbox.info;
    if (!outcome || outcome.ok) return sandbox;
    throw new ApexError('bridge-function', `A function of the bridge: ${outcome.failure.message}`, 'Correct it.');
  }

  async #call(id: string, at: number, calls: unknown[][]): Promise<unknown[]> {
    const { functions } = this.#find(id);
    const values = await functions!.evaluateJson(`call(${at}, JSON.parse(${JSON.stringify(JSON.stringify(calls))}))`);
    if (Array.isArray(values) && values.length === calls.length) return values;
    throw new ApexError('bridge-function', 'A function of the bridge gave something that JSON cannot say.');
  }

  #forgetOld(): void {
    const closed = [...this.#bridges].filter(([, { bridge }]) => bridge.info.status !== 'open');
    for (const [id] of closed.slice(0, Math.max(0, closed.length - REMEMBERED))) this.#bridges.delete(id);
  }
}
