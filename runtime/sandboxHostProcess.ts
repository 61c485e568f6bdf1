import { type ChildProcess, spawn } from 'node:child_process';
import { type HostStatus, SANDBOX_PROTOCOL } from '../protocol/sandbox.ts';
import { findPinnedNode, plainEnvironment } from './findNode.ts';
import { programPath } from './programs.ts';
import { SandboxHostLink } from './sandboxHostLink.ts';

/** A sandbox host that this program has started and ends. */
export class SandboxHostProcess extends SandboxHostLink {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    let stderr = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-4096);
    });
    const closed = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(`${signal ?? `exit code ${code}`}${stderr && `\n${stderr}`}`));
    });
    super(child.stdout!, child.stdin!, closed);
    this.#child = child;
  }

  /**
   * Starts `sandboxHost.mjs` on the pinned Node and greets it.
   * @param nodePath a Node that the user chose, or undefined to find one
   * @throws ApexError `node-not-found`, `not-built`, `protocol-mismatch`, `host-lost`
   */
  static async start(nodePath?: string): Promise<{ host: SandboxHostProcess; status: HostStatus }> {
    const node = findPinnedNode(nodePath);
    const child = spawn(node.path, [programPath('sandboxHost.mjs')], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: plainEnvironment(),
      windowsHide: true,
    });
    const host = new SandboxHostProcess(child);
    const status = await host.request('host/initialize', { protocol: SANDBOX_PROTOCOL });
    return { host, status };
  }

  /** Ends the host, and with it every worker. */
  async stop(): Promise<void> {
    this.#child.stdin!.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 1000);
    await this.closed;
    clearTimeout(timer);
  }
}
