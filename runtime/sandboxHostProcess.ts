import { type ChildProcess, spawn } from 'node:child_process';
import {
  createMessageConnection,
  type MessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type * as z from 'zod';
import { ApexError, type ErrorReport } from '../protocol/errors.ts';
import {
  type ClientRequests,
  clientRequests,
  type HostStatus,
  SANDBOX_PROTOCOL,
  type SandboxNotifications,
  type SandboxRequests,
  sandboxNotifications,
  sandboxRequests,
} from '../protocol/sandbox.ts';
import { findPinnedNode, plainEnvironment } from './findNode.ts';
import { programPath } from './programs.ts';

/** A running sandbox host and the typed way to speak with it. */
export class SandboxHostProcess {
  readonly #child: ChildProcess;
  readonly #connection: MessageConnection;
  readonly #closed: Promise<string>;
  #stderr = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-4096);
    });
    this.#closed = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) =>
        resolve(`${signal ?? `exit code ${code}`}${this.#stderr && `\n${this.#stderr}`}`),
      );
    });
    this.#connection = createMessageConnection(
      new StreamMessageReader(child.stdout!),
      new StreamMessageWriter(child.stdin!),
    );
    this.#connection.onError(() => {});
    this.#connection.listen();
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

  /** Resolves with the reason when the host has ended. */
  get closed(): Promise<string> {
    return this.#closed;
  }

  /** @throws ApexError with the host's own code and advice, or `host-lost` when it ended meanwhile */
  async request<M extends keyof SandboxRequests>(
    method: M,
    params: z.input<SandboxRequests[M]['params']>,
  ): Promise<z.output<SandboxRequests[M]['result']>> {
    const lost = this.#closed.then((reason) => {
      throw new ApexError('host-lost', `The sandbox host ended: ${reason}`, 'Run the command again.');
    });
    try {
      const result = await Promise.race([this.#connection.sendRequest(method, params), lost]);
      return sandboxRequests[method].result.parse(result) as z.output<SandboxRequests[M]['result']>;
    } catch (error) {
      if (!(error instanceof ResponseError)) throw error;
      const report = error.data as ErrorReport | undefined;
      throw new ApexError(report?.code ?? 'host-error', error.message, report?.advice);
    }
  }

  on<N extends keyof SandboxNotifications>(
    method: N,
    handle: (params: z.output<SandboxNotifications[N]>) => void,
  ): { dispose(): void } {
    return this.#connection.onNotification(method, (params: unknown) => {
      handle(sandboxNotifications[method].parse(params) as z.output<SandboxNotifications[N]>);
    });
  }

  /** Answers what the host asks of its client. */
  answer<M extends keyof ClientRequests>(
    method: M,
    handle: (params: z.output<ClientRequests[M]['params']>) => Promise<z.input<ClientRequests[M]['result']>>,
  ): { dispose(): void } {
    return this.#connection.onRequest(method, (params: unknown) =>
      handle(clientRequests[method].params.parse(params) as z.output<ClientRequests[M]['params']>),
    );
  }

  /** Ends the host, and with it every worker. */
  async stop(): Promise<void> {
    this.#child.stdin!.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 1000);
    await this.#closed;
    clearTimeout(timer);
  }
}
