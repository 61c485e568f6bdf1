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
  const waiting: { method: string; times: number; resolve(): void }[] = [];
  const audit = mkdtempSync(join(tmpdir(), 'apex-audit-'));
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'apex-program-')));
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
          log.push({ host: stable(message, folder) });
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
        log.push({ client: stable(message, folder) });
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
  try {
    await talk({ connection, heard, folder });
  } finally {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.stdin.end();
    await exited;
    connection.dispose();
    rmSync(audit, { recursive: true });
    rmSync(folder, { recursive: true });
  }
  compare(join(import.meta.dirname, `${name}.golden.json`), log);
}

function compare(path: string, log: unknown[]): void {
  if (process.env.APEX_UPDATE_GOLDEN) writeFileSync(path, `${JSON.stringify(log, null, 2)}\n`);
  assert.ok(existsSync(path), `${path} is missing; APEX_UPDATE_GOLDEN=1 writes it`);
  assert.deepEqual(log, JSON.parse(readFileSync(path, 'utf8')));
}

/** The message without what differs from run to run: times, sizes, paths, versions, the machine's OS sandbox. */
function stable(message: Message, folder: string): unknown {
  return JSON.parse(JSON.stringify(message), (key, value: unknown) => {
    if (key === 'usage') return Object.fromEntries(Object.keys(value as object).map((name) => [name, 0]));
    if (key === 'startedAt' || key === 'takenAt' || key === 'at') return 0;
    if (key === 'node') return 'v24';
    if (key === 'workers') return 0;
    if (key === 'osSandbox') return { kind: 'as the machine has it' };
    return typeof value === 'string'
      ? value
          .replaceAll(import.meta.dirname, '')
          .replaceAll(folder, '/folder')
          .replaceAll(/snap-[0-9a-f]{12}/g, 'snap-1')
      : value;
  });
}
