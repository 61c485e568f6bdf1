import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createMessageConnection,
  type Message,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { plainEnvironment } from '../../../runtime/findNode.ts';
import { programPath } from '../../../runtime/programs.ts';

export const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name);

/** A conversation with a real sandbox host, every message of it kept as it went over the wire. */
export interface Conversation {
  connection: MessageConnection;
  /** Resolves when the host has sent `method` (a notification) `times` times. */
  heard(method: string, times?: number): Promise<void>;
  /** A folder for the programs of this conversation; `/folder` in the transcript. */
  folder: string;
  /** The folder of the host's audit log. */
  audit: string;
  /** Ends the host and goes on with another that has the same state folder. */
  restart(): Promise<Conversation>;
}

/**
 * Holds a conversation with the built sandbox host and compares it, message by message, with `NAME.golden.json`.
 * `APEX_UPDATE_GOLDEN=1` writes the file anew.
 */
export async function compareTranscript(
  name: string,
  talk: (conversation: Conversation) => Promise<void>,
): Promise<void> {
  const log: unknown[] = [];
  const audit = mkdtempSync(join(tmpdir(), 'apex-audit-'));
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'apex-program-')));
  let host = startHost(log, audit, folder);
  const conversation = (): Conversation => ({
    ...{ connection: host.connection, heard: host.heard, folder, audit },
    restart: async () => {
      await host.close();
      log.push('the host is started again');
      host = startHost(log, audit, folder);
      return conversation();
    },
  });
  try {
    await talk(conversation());
  } finally {
    await host.close();
    rmSync(audit, { recursive: true });
    rmSync(folder, { recursive: true });
  }
  compare(join(import.meta.dirname, `${name}.golden.json`), log);
}

function startHost(log: unknown[], audit: string, folder: string) {
  const waiting: { method: string; times: number; resolve(): void }[] = [];
  const stableHere = (message: Message) => stable(message, { audit, folder });
  const child = spawn(process.execPath, [programPath('sandboxHost.mjs')], {
    env: { ...plainEnvironment(), APEX_AUDIT_LOG: audit, APEX_STATE_HOME: join(audit, 'state') },
  });
  const reader = new StreamMessageReader(child.stdout);
  const writer = new StreamMessageWriter(child.stdin);
  const connection = createMessageConnection(
    {
      onError: reader.onError,
      onClose: reader.onClose,
      onPartialMessage: reader.onPartialMessage,
      dispose: () => reader.dispose(),
      listen: (callback) =>
        reader.listen((message) => {
          log.push({ host: stableHere(message) });
          callback(message);
          for (const wait of waiting)
            if ('method' in message && message.method === wait.method && --wait.times === 0) wait.resolve();
        }),
    },
    {
      onError: writer.onError,
      onClose: writer.onClose,
      dispose: () => writer.dispose(),
      end: () => writer.end(),
      write: (message) => {
        log.push({ client: stableHere(message) });
        return writer.write(message);
      },
    },
  );
  connection.onUnhandledNotification(() => {});
  connection.listen();
  const heard = (method: string, times = 1) =>
    new Promise<void>((resolve) => {
      waiting.push({ method, times, resolve });
    });
  const close = async () => {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.stdin.end();
    await exited;
    connection.dispose();
  };
  return { connection, heard, close };
}

function compare(path: string, log: unknown[]): void {
  if (process.env.APEX_UPDATE_GOLDEN) writeFileSync(path, `${JSON.stringify(log, null, 2)}\n`);
  assert.ok(existsSync(path), `${path} is missing; APEX_UPDATE_GOLDEN=1 writes it`);
  assert.deepEqual(log, JSON.parse(readFileSync(path, 'utf8')));
}

/** The message without what differs from run to run: times, sizes, paths, versions, the machine's OS sandbox. */
function stable(message: Message, { audit, folder }: { audit: string; folder: string }): unknown {
  return JSON.parse(JSON.stringify(message), (key, value: unknown) => {
    if (key === 'usage') return Object.fromEntries(Object.keys(value as object).map((name) => [name, 0]));
    if (key === 'startedAt' || key === 'takenAt' || key === 'at') return 0;
    if (key === 'head') return 'a hash';
    if ((key === 'from' || key === 'to') && /^\d{4}-/.test(String(value))) return 'a time';
    if (key === 'node') return 'v24';
    if (key === 'workers') return 0;
    if (key === 'osSandbox') return { kind: 'as the machine has it' };
    return typeof value === 'string'
      ? value
          .replaceAll(import.meta.dirname, '')
          .replaceAll(folder, '/folder')
          .replaceAll(audit, '/audit')
          .replaceAll(/snap-[0-9a-f]{12}/g, 'snap-1')
      : value;
  });
}
