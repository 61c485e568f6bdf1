import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { dirname } from 'node:path';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { ApexError } from '../../protocol/errors.ts';
import type { HostServer } from './hostServer.ts';

/**
 * Serves the sandbox protocol on a Unix socket (a named pipe on Windows) that only this user can reach. A socket that a host
 * left behind is taken over. @throws ApexError `host-runs`, `socket-unsafe`
 */
export async function listen(server: HostServer, path: string): Promise<Server> {
  const isPipe = process.platform === 'win32';
  if (await answers(path)) {
    throw new ApexError('host-runs', `A sandbox host runs already at ${path}.`, 'Use it, or name another socket.');
  }
  if (!isPipe) prepareFolder(path);
  const listener = createServer((socket) => {
    socket.on('error', () => {});
    const connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
    connection.onError(() => {});
    server.serve(connection, () => {
      connection.dispose();
      socket.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(path, resolve);
  });
  if (!isPipe) chmodSync(path, 0o600);
  return listener;
}

/** Somebody else's folder could hold somebody else's host. */
function prepareFolder(path: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(folder);
  const isOpen = (mode & 0o022) !== 0 && (mode & 0o1000) === 0;
  if (isOpen || (uid !== process.getuid!() && uid !== 0)) {
    throw new ApexError('socket-unsafe', `Others can write to ${folder}.`, 'Name a socket in a folder of your own.');
  }
  rmSync(path, { force: true });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
