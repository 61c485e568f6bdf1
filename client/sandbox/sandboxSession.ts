import * as vscode from 'vscode';
import { ApexError } from '../../protocol/errors.ts';
import type { GroupInfo, Outcome, Refusal, SandboxInfo } from '../../protocol/sandbox.ts';
import type { BridgeInfo } from '../../protocol/sandboxBridge.ts';
import { type ScanSeverity, type SwapResult, scanSeveritySchema } from '../../protocol/sandboxModules.ts';
import type { Alert } from '../../protocol/sandboxSecurity.ts';
import type { StateDocument } from '../../protocol/stateDocument.ts';
import { SandboxHostProcess } from '../../runtime/sandboxHostProcess.ts';
import { currentMode } from './modeStatus.ts';
import type { PermissionPrompt } from './permissionPrompt.ts';

export interface SandboxOutput {
  id: string;
  stream: 'stdout' | 'stderr';
  text: string;
}

/** The editor's sandbox host: started when it is first needed, started again after it was lost, ended with the window. */
export class SandboxSession implements vscode.Disposable {
  readonly #outputs = new vscode.EventEmitter<SandboxOutput>();
  readonly #changes = new vscode.EventEmitter<SandboxInfo>();
  readonly #states = new vscode.EventEmitter<{ id: string; state: StateDocument }>();
  readonly #endings = new vscode.EventEmitter<{ id: string; outcome: Outcome }>();
  readonly #alerts = new vscode.EventEmitter<Alert>();
  readonly #linkChanges = new vscode.EventEmitter<void>();
  readonly #refusals = new vscode.EventEmitter<Refusal>();
  readonly onAlert = this.#alerts.event;
  /** Something of which no rule speaks. */
  readonly onRefused = this.#refusals.event;
  /** Groups or bridges have changed. */
  readonly onLinksChanged = this.#linkChanges.event;
  readonly onOutput = this.#outputs.event;
  readonly onChanged = this.#changes.event;
  readonly onStateChanged = this.#states.event;
  readonly onEnded = this.#endings.event;
  readonly #permissions: PermissionPrompt;
  #host: Promise<SandboxHostProcess> | undefined;
  #running = new Set<string>();

  constructor(permissions: PermissionPrompt) {
    this.#permissions = permissions;
  }

  /** @throws ApexError when no host can be started */
  host(): Promise<SandboxHostProcess> {
    if (!this.#host) {
      this.#host = this.#start();
      this.#host.catch(() => {
        this.#host = undefined;
      });
    }
    return this.#host;
  }

  /** Runs a file, or a text in its place, and keeps its sandbox until it is stopped. */
  async run(file: string, source?: string): Promise<SandboxInfo> {
    const host = await this.host();
    const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file))?.uri;
    const policy = await findPolicy(folder);
    const sandbox = await host.request('sandbox/start', {
      ...{ file, source, policy, keep: true },
      mode: currentMode(),
      scan: currentScan(),
    });
    this.#running.add(sandbox.id);
    this.#changes.fire(sandbox);
    return sandbox;
  }

  /** Every sandbox of this window's host, or none while no host runs. */
  async list(): Promise<SandboxInfo[]> {
    try {
      return this.#host ? (await (await this.#host).request('sandbox/list', {})).sandboxes : [];
    } catch {
      // A host that has just been lost holds nothing.
      return [];
    }
  }

  /** Groups and bridges of this window's host. */
  async links(): Promise<{ groups: GroupInfo[]; bridges: BridgeInfo[] }> {
    try {
      const host = await this.#host;
      if (!host) return { groups: [], bridges: [] };
      const { groups } = await host.request('group/list', {});
      return { groups, bridges: (await host.request('bridge/list', {})).bridges };
    } catch {
      return { groups: [], bridges: [] };
    }
  }

  /** Shows groups and bridges anew. */
  refresh(): void {
    this.#linkChanges.fire();
  }

  /** Replaces what has changed of the modules of a sandbox; with `files` only those. @throws ApexError of the host */
  async swap(id: string, files?: string[]): Promise<SwapResult> {
    return (await this.host()).request('sandbox/swap', { id, ...(files && { files }) });
  }

  async stop(id: string): Promise<void> {
    await (await this.host()).request('sandbox/stop', { id });
  }

  dispose(): void {
    void this.#host?.then((host) => host.stop()).catch(() => {});
    for (const emitter of [this.#outputs, this.#changes, this.#states, this.#endings, this.#alerts]) emitter.dispose();
    this.#linkChanges.dispose();
    this.#refusals.dispose();
  }

  async #start(): Promise<SandboxHostProcess> {
    const nodePath = vscode.workspace.getConfiguration('apex').get<string>('nodePath') || undefined;
    const { host } = await SandboxHostProcess.start(nodePath);
    host.on('sandbox/output', (output) => this.#outputs.fire(output));
    host.on('sandbox/changed', ({ sandbox }) => this.#changes.fire(sandbox));
    host.on('sandbox/stateChanged', (change) => this.#states.fire(change));
    host.on('sandbox/ended', (ending) => {
      this.#running.delete(ending.id);
      this.#endings.fire(ending);
    });
    host.on('group/changed', () => this.refresh());
    host.on('bridge/changed', () => this.refresh());
    host.on('policy/refused', (refusal) => this.#refusals.fire(refusal));
    host.on('security/alert', (alert) => this.#alerts.fire(alert));
    host.answer('client/askPermission', async (question) => ({ answer: await this.#permissions.ask(question) }));
    host.on('policy/changed', ({ reloaded, message }) => {
      if (!reloaded) void vscode.window.showWarningMessage(message);
    });
    void host.closed.then((reason) => this.#lost(reason));
    return host;
  }

  /** Every sandbox of a lost host has ended; the next run starts a new host. */
  #lost(reason: string): void {
    this.#host = undefined;
    const error = new ApexError('host-lost', `The sandbox host ended: ${reason}`, 'Run the program again.');
    const usage = { wallMs: 0, cpuMs: 0, memoryMb: 0 };
    const failure = { code: 'worker-lost' as const, message: error.message, advice: error.advice };
    for (const id of this.#running) this.#endings.fire({ id, outcome: { ok: false, failure, usage } });
    this.#running.clear();
  }
}

/** What the scan before loading refuses, from the settings; undefined: nothing is scanned. */
function currentScan(): ScanSeverity | undefined {
  return scanSeveritySchema.safeParse(vscode.workspace.getConfiguration('apex').get('sandbox.scan')).data;
}

export const POLICY = 'apex.policy.json';

/** The policy of a workspace folder, where it has one. */
export async function findPolicy(folder: vscode.Uri | undefined): Promise<string | undefined> {
  if (!folder) return undefined;
  const file = vscode.Uri.joinPath(folder, POLICY);
  try {
    await vscode.workspace.fs.stat(file);
    return file.fsPath;
  } catch {
    return undefined;
  }
}
