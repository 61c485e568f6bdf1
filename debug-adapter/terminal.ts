import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { ApexError } from '../protocol/errors.ts';
import {
  type RecordOrder,
  type TerminalNews,
  type TerminalOrder,
  terminalNewsSchema,
} from '../protocol/terminalRecording.ts';
import { isRunning } from '../runtime/isRunning.ts';
import { programPath } from '../runtime/programs.ts';
import type { DapConnection } from './dapConnection.ts';
import type { ProgramEnd } from './endProgram.ts';
import { jsonLine, readJsonLines } from './jsonLines.ts';

export interface TerminalRequest {
  client: DapConnection;
  kind: 'integrated' | 'external';
  title: string;
  order: RecordOrder;
  /** The session does not want the program any more. */
  signal: AbortSignal;
}

/** A program that a recorder in a terminal of the client runs. */
export interface TerminalRun {
  pid: number | undefined;
  /** Resolves when the recorder has left the terminal, or was killed. */
  ended: Promise<ProgramEnd>;
  stop(patience: number): void;
  freeze(still: boolean): void;
}

/**
 * Has the client open a terminal, and a program be recorded in it. Waits as long as the terminal takes: shells ask
 * people things when they start.
 * @throws ApexError when there is no terminal, the program cannot be started, or nobody waits for it any more
 */
export async function recordInTerminal(request: TerminalRequest): Promise<TerminalRun> {
  const { client, kind, title, order } = request;
  const meeting = await openMeeting();
  try {
    const recorder = awaitRecorder(meeting.server, request);
    // It is awaited below; until then a failure of it is no unhandled one.
    recorder.catch(() => {});
    const args = [process.execPath, programPath('terminalRecorder.mjs'), meeting.path];
    const answer = await Promise.race([
      client.request('runInTerminal', { kind, title, cwd: order.cwd, args }),
      recorder.then(() => undefined),
    ]);
    if (answer && !answer.success) {
      throw new ApexError(
        'no-terminal',
        `The editor opened no terminal${answer.message ? `: ${answer.message}` : ''}.`,
        'Without "console" in launch.json the program runs in the debug console.',
      );
    }
    const shell = shellSchema.safeParse(answer?.body);
    const closed = watchShell(shell.success ? shell.data.shellProcessId : undefined);
    try {
      return await Promise.race([recorder, closed.lost]);
    } finally {
      closed.stop();
    }
  } finally {
    meeting.close();
  }
}

const shellSchema = z.looseObject({ shellProcessId: z.number().int().positive() });

interface Meeting {
  server: Server;
  path: string;
  /** Nobody else can connect; who is connected stays so. */
  close(): void;
}

/** A socket in a folder of the user's own. */
async function openMeeting(): Promise<Meeting> {
  const folder = process.platform === 'win32' ? undefined : mkdtempSync(join(tmpdir(), 'apex-terminal-'));
  const path = folder === undefined ? `\\\\.\\pipe\\apex-terminal-${randomUUID()}` : join(folder, 'socket');
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    server,
    path,
    close() {
      server.close();
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The first that connects gets the order. */
function awaitRecorder(server: Server, { order, signal }: TerminalRequest): Promise<TerminalRun> {
  return new Promise((resolve, reject) => {
    const cancel = () => reject(new ApexError('cancelled', 'The session has ended.'));
    if (signal.aborted) return cancel();
    signal.addEventListener('abort', cancel, { once: true });
    server.once('connection', (socket) => {
      const follow = followRecorder(socket, signal);
      follow.then(resolve, reject);
      socket.write(jsonLine(order));
    });
  });
}

/** Resolves when the program runs. */
function followRecorder(socket: Socket, signal: AbortSignal): Promise<TerminalRun> {
  const send = (order: TerminalOrder) => socket.writable && socket.write(jsonLine(order));
  let run: TerminalRun | undefined;
  let how: ProgramEnd | undefined;
  return new Promise((begun, reject) => {
    // Before the program runs there is nothing to stop: the recorder sees that nobody is there.
    const leave = () => run ?? socket.destroy();
    signal.addEventListener('abort', leave, { once: true });
    let over: (end: ProgramEnd) => void;
    const ended = new Promise<ProgramEnd>((resolve) => {
      over = resolve;
    });
    const receive = (news: TerminalNews) => {
      if (news.kind === 'failed') return reject(new ApexError(news.code, news.message, news.advice));
      if (news.kind === 'ended') {
        how = { code: news.code, signal: news.signal, ...(news.problem !== undefined && { problem: news.problem }) };
        return;
      }
      const { pid, recorder } = news;
      run = {
        pid,
        ended,
        stop(patience) {
          // Ctrl+Z has it stand still together with the program.
          signalProcess(recorder, 'SIGCONT');
          send({ kind: 'stop', patience });
        },
        freeze: (still) => send({ kind: 'freeze', still }),
      };
      begun(run);
    };
    readJsonLines(socket, terminalNewsSchema, receive);
    socket.on('error', () => {});
    socket.on('close', () => {
      signal.removeEventListener('abort', leave);
      reject(new ApexError('no-terminal', 'The terminal was closed before the program began.'));
      // A program whose recorder was killed would write on into what is replayed.
      if (!how && run?.pid !== undefined) signalProcess(run.pid, 'SIGTERM');
      over(how ?? { code: undefined, signal: undefined, problem: 'its recorder in the terminal was killed.' });
    });
  });
}

/** Milliseconds between two looks whether a shell still runs. */
const LOOK_AGAIN = 500;

/** Fails when a terminal is closed whose shell has not begun the recorder yet. */
function watchShell(pid: number | undefined): { lost: Promise<never>; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const lost = new Promise<never>((_, reject) => {
    if (pid === undefined) return;
    timer = setInterval(() => {
      if (isRunning(pid)) return;
      clearInterval(timer);
      reject(new ApexError('no-terminal', 'The terminal was closed before the program began.'));
    }, LOOK_AGAIN);
  });
  return { lost, stop: () => clearInterval(timer) };
}

function signalProcess(pid: number, name: NodeJS.Signals): void {
  if (process.platform === 'win32' && name === 'SIGCONT') return;
  try {
    process.kill(pid, name);
  } catch {
    // It has left meanwhile.
  }
}
