// The sandbox host: the supervisor as a program that speaks JSON-RPC. On stdio it ends when its client goes; with
// `--socket PATH` it serves any number of clients there until it is told to end.
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { toErrorReport } from '../protocol/errors.ts';
import { HostServer } from './rpc/hostServer.ts';
import { listen } from './rpc/listen.ts';

const end = (code = 0) => {
  supervisor.close();
  process.exit(code);
};
const server = new HostServer(() => end());
const { supervisor } = server;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end());

const socket = process.argv.indexOf('--socket');
if (socket < 0) {
  const reader = new StreamMessageReader(process.stdin);
  server.serve(createMessageConnection(reader, new StreamMessageWriter(process.stdout)), () => end());
} else {
  const path = process.argv[socket + 1] ?? '';
  try {
    await listen(server, path);
    // Whoever starts a host in a script waits for this line.
    process.stdout.write(`listening on ${path}\n`);
  } catch (error) {
    const { message, advice } = toErrorReport(error);
    process.stderr.write(`apex: ${message}\n${advice ? `  ${advice}\n` : ''}`);
    end(2);
  }
}
supervisor.warm();
