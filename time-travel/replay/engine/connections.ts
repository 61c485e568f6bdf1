import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { AgentMessage } from '../agent/jobs.ts';
import { MessageReader } from './messageReader.ts';

/** The engine's end of the line to one replaying process. */
export class Connection {
  #onMessage: ((message: AgentMessage) => void) | undefined;
  #onClose: (() => void) | undefined;
  #backlog: AgentMessage[] = [];
  readonly #whenClosed = new Set<() => void>();
  #closed = false;
  readonly #messages = new MessageReader();
  readonly #stream: Duplex;

  constructor(stream: Duplex) {
    this.#stream = stream;
    stream.on('data', (chunk: Buffer) => this.#receive(chunk));
    stream.on('error', () => {});
    stream.on('close', () => this.#ended());
    stream.on('end', () => this.#ended());
  }

  get closed(): boolean {
    return this.#closed || this.#stream.destroyed;
  }

  /** Whoever waits for messages; what came while nobody did is handed over at once. */
  set onMessage(listener: ((message: AgentMessage) => void) | undefined) {
    this.#onMessage = listener;
    while (this.#onMessage && this.#backlog.length) this.#onMessage(this.#backlog.shift()!);
  }

  /** Called once, also when the line has already gone. */
  set onClose(listener: (() => void) | undefined) {
    this.#onClose = listener;
    if (this.#closed && listener) queueMicrotask(listener);
  }

  /** Calls once when the line is closed, before `onClose`, also when it has already gone. Gives what takes that back. */
  whenClosed(listener: () => void): () => void {
    if (this.#closed) queueMicrotask(listener);
    this.#whenClosed.add(listener);
    return () => this.#whenClosed.delete(listener);
  }

  /** Puts back a message that was meant for the next listener; there is none yet. */
  giveBack(message: AgentMessage): void {
    this.#backlog.unshift(message);
  }

  send(message: unknown): void {
    if (!this.closed) this.#stream.write(`${JSON.stringify(message)}\n`);
  }

  /** The process sees the end of its input and leaves. */
  close(): void {
    this.#stream.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#messages.add(chunk, (message) => {
      if (this.#onMessage) this.#onMessage(message);
      else this.#backlog.push(message);
    });
  }

  #ended(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const listener of this.#whenClosed) listener();
    this.#whenClosed.clear();
    this.#onClose?.();
  }
}

/** A Unix socket in a folder of its own, on which replaying processes report. */
export interface Switchboard {
  path: string;
  close(): void;
}

/** Each new connection is handed over with its first message. */
export async function openSwitchboard(
  accept: (connection: Connection, first: AgentMessage) => void,
): Promise<Switchboard> {
  const folder = mkdtempSync(join(tmpdir(), 'apex-'));
  const path = join(folder, 's');
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    const connection = new Connection(socket);
    socket.on('close', () => sockets.delete(socket));
    connection.onMessage = (message) => accept(connection, message);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    path,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
