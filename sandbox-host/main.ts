// The sandbox host: the supervisor as a program that speaks JSON-RPC on stdio. Ends when its client goes.
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { serveHost } from './rpc/hostServer.ts';

const connection = createMessageConnection(
  new StreamMessageReader(process.stdin),
  new StreamMessageWriter(process.stdout),
);
const supervisor = serveHost(connection, () => process.exit(0));
supervisor.warm();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    supervisor.close();
    process.exit(0);
  });
}
