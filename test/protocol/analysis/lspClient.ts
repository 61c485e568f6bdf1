import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';

const repository = join(import.meta.dirname, '../../..');

/** A bare LSP client on `apex lsp`: it sends what a test says and keeps what the server says by itself. */
export interface LspClient {
  connection: MessageConnection;
  /** Diagnostics pushed so far, newest last. */
  pushed: { uri: string; version?: number; diagnostics: unknown[] }[];
  /** Resolves with the next pushed diagnostics of a document. */
  nextPush(uri: string): Promise<unknown[]>;
  stop(): Promise<number | null>;
}

const started = new Set<ChildProcess>();

/** Ends servers that a failed test left behind: they would keep the test run alive. */
export function killStarted(): void {
  for (const child of started) child.kill();
  started.clear();
}

export async function startLsp(
  capabilities: object,
  options: object = {},
  root: string | readonly string[] | null = null,
  /** Registers what answers the server from its first message on. */
  prepare: (connection: MessageConnection) => void = () => undefined,
): Promise<LspClient> {
  const child: ChildProcess = spawn(process.execPath, [join(repository, 'bin/apex'), 'lsp'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  started.add(child);
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout!),
    new StreamMessageWriter(child.stdin!),
  );
  const pushed: LspClient['pushed'] = [];
  const waiting: { uri: string; resolve(diagnostics: unknown[]): void }[] = [];
  connection.onNotification('textDocument/publishDiagnostics', (params: LspClient['pushed'][number]) => {
    pushed.push(params);
    for (const waiter of waiting.filter(({ uri }) => uri === params.uri)) {
      waiting.splice(waiting.indexOf(waiter), 1);
      waiter.resolve(params.diagnostics);
    }
  });
  prepare(connection);
  connection.listen();
  const uris = typeof root === 'string' ? [root] : (root ?? []);
  const folders = root === null ? null : uris.map((uri) => ({ uri, name: uri.slice(uri.lastIndexOf('/') + 1) }));
  const params = {
    processId: process.pid,
    rootUri: uris[0] ?? null,
    workspaceFolders: folders,
    capabilities,
    initializationOptions: options,
  };
  await connection.sendRequest('initialize', params);
  await connection.sendNotification('initialized', {});
  return {
    connection,
    pushed,
    nextPush: (uri) => new Promise((resolve) => waiting.push({ uri, resolve })),
    async stop() {
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      const code = await ended;
      connection.dispose();
      return code;
    },
  };
}
