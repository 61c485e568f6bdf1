import { connect } from 'node:net';
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
  SANDBOX_PROTOCOL,
  type SandboxNotifications,
  type SandboxRequests,
  sandboxNotifications,
  sandboxRequests,
} from '../protocol/sandbox.ts';
import { hostSocketPath } from './hostSocket.ts';

/** A connection to a sandbox host and the typed way to speak over it. */
export class SandboxHostLink {
  readonly #connection: MessageConnection;
  readonly #closed: Promise<string>;

  /** @param closed resolves with the reason when the host or the connection has ended */
  constructor(input: NodeJS.ReadableStream, output: NodeJS.WritableStream, closed: Promise<string>) {
    this.#closed = closed;
    this.#connection = createMessageConnection(new StreamMessageReader(input), new StreamMessageWriter(output));
    this.#connection.onError(() => {});
    this.#connection.listen();
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
}

/**
 * Speaks with a host that runs already (`apex host listen`). `close` ends the connection, not the host.
 * @throws ApexError `no-host`, `protocol-mismatch`
 */
export async function connectToHost(path = hostSocketPath()): Promise<{ host: SandboxHostLink; close(): void }> {
  const socket = connect(path);
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve('the connection was closed')));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', () => {
      const advice = 'Start one with "apex host listen", or name its socket with --socket.';
      reject(new ApexError('no-host', `No sandbox host answers at ${path}.`, advice));
    });
  });
  socket.on('error', () => {});
  const host = new SandboxHostLink(socket, socket, closed);
  await host.request('host/initialize', { protocol: SANDBOX_PROTOCOL });
  return { host, close: () => socket.destroy() };
}
