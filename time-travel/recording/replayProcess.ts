import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { programPath } from '../../runtime/programs.ts';
import type { Divergence, ReplayEnd } from '../recorder/replaying/lifecycle.ts';
import type { ReplayReport } from '../recorder/replaying/report.ts';
import { BOUNDARY_VARIABLE, formatOrder } from '../recorder/start/order.ts';
import { codeCacheFolder } from './codeCacheFolder.ts';
import { type Launch, logPath } from './layout.ts';
import { mapLog } from './logFrames.ts';
import { type Metadata, readLaunch } from './metadata.ts';
import { nodeCompression } from './nodeCompression.ts';
import { isRestricted } from './nodeOptions.ts';
import { checkLog, openLogFile } from './openLog.ts';
import { findRecordedNode } from './recordProgram.ts';
import { replayCommand, replayFolder } from './replayLaunch.ts';
import { writeAll } from './sharedOutput.ts';
import { threadCommand } from './threadCommand.ts';
import { formatRequest, THREAD_VARIABLE } from './threadRequest.ts';

export type ProcessOutcome =
  /** Everything as recorded, to the end of the program or to the moment at which it was killed. */
  | { kind: 'identical'; end: ReplayEnd }
  /** Everything as recorded as far as the recording goes; something behind it is missing. */
  | { kind: 'incomplete'; end: ReplayEnd }
  | { kind: 'diverged'; divergence: Divergence }
  /** The replay process ended without saying why. */
  | { kind: 'failed'; how: string };

export interface ProcessReplay {
  /** Absolute path of the recording. */
  folder: string;
  name: string;
  metadata: Metadata;
  nodes: readonly string[];
  /** Where its stdout and stderr go: descriptors, or this process's own. */
  output: readonly [number | 'inherit', number | 'inherit'];
  /** Of a thread: shows also what it handed to the thread that started it to be printed. */
  showPosted?: boolean;
}

/** Replays one process of a recording. @throws ApexError when its log cannot be opened or its Node is not found. */
export async function replayProcess(replay: ProcessReplay): Promise<ProcessOutcome> {
  checkLog(logPath(replay.folder, replay.name));
  const begun = performance.now();
  const outcome = await replayOnce(replay);
  if (outcome.kind !== 'diverged' || performance.now() - begun > SECOND_LOOK) return outcome;
  const agreed = await lastAgreed(replay, outcome.divergence);
  return agreed ? { ...outcome, divergence: { ...outcome.divergence, agreed } } : outcome;
}

/** A replay that took longer than this, in milliseconds, is not made again to find where both sides last agreed. */
const SECOND_LOOK = 60_000;
/** How many entries before a divergence are looked through: the last call is among them, if there is one. */
const LOOK_BACK = 200;

/** Replays silently up to a divergence. Undefined when it comes elsewhere this time. */
async function lastAgreed(replay: ProcessReplay, { entry }: Divergence): Promise<Divergence['agreed']> {
  const nowhere = openSync(devNull, 'w');
  try {
    const again = await replayOnce({ ...replay, output: [nowhere, nowhere] }, Math.max(0, entry - LOOK_BACK));
    return again.kind === 'diverged' && again.divergence.entry === entry ? again.divergence.agreed : undefined;
  } finally {
    closeSync(nowhere);
  }
}

/** @param agreedFrom number of the log's entry from which on the stacks of calls are noted */
async function replayOnce(replay: ProcessReplay, agreedFrom?: number): Promise<ProcessOutcome> {
  const { folder, name, metadata } = replay;
  const launch = readLaunch(folder, name);
  const node = findRecordedNode(launch.execPath, launch.version, replay.nodes);
  const { origin, channel } = launch;
  const order = formatOrder({
    mode: 'replay',
    folder,
    process: name,
    reportFd: 3,
    agreedFrom,
    ...(!isRestricted(launch.execArgv, launch.environment.NODE_OPTIONS) && { codeCache: codeCacheFolder() }),
    ...(origin && { origin }),
    ...(channel && { channel }),
    ...(launch.thread && { thread: launch.thread }),
    ...(replay.showPosted && { showPosted: true }),
  });
  const { words, env } = startOf(launch, order, folder);
  const piped = (fd: number) => !!launch.pipes?.includes(fd);
  const [out, err] = [1, 2].map((fd) => {
    const wanted = replay.output[fd - 1]!;
    return wanted === 'inherit' && launch.files?.includes(fd) ? temporaryFile() : wanted;
  }) as [Output, Output];
  const child = spawn(node.path, words, {
    env,
    stdio: [piped(0) ? 'pipe' : 'ignore', piped(1) ? 'pipe' : target(out), piped(2) ? 'pipe' : target(err), 'pipe'],
    cwd: replayFolder(launch),
  });
  child.stdin?.end();
  const copied = Promise.all([copyOutput(child.stdout, out, 1), copyOutput(child.stderr, err, 2)]);
  const report = readReport(child.stdio[3] as Readable);
  const how = await new Promise<string>((done, fail) => {
    child.once('error', fail);
    child.once('exit', (code, signal) => done(signal ?? `exit code ${code}`));
  });
  await copied;
  showTemporary(out, 1);
  showTemporary(err, 2);
  const told = await report;
  if (!told) return { kind: 'failed', how };
  if (told.kind === 'divergence') return { kind: 'diverged', divergence: told.divergence };
  return { kind: isWhole(folder, name, told.end, metadata) ? 'identical' : 'incomplete', end: told.end };
}

/** Words and environment of Node for a process, or for one that has the thread. */
function startOf(launch: Launch, order: string, folder: string): { words: string[]; env: Record<string, string> } {
  const bundle = programPath('boundary.cjs');
  if (!launch.thread) {
    const { words, programWords, env } = replayCommand(launch, bundle, folder);
    return { words: [...words, ...programWords], env: { ...env, [BOUNDARY_VARIABLE]: order } };
  }
  const { options, env, request } = threadCommand(launch, launch.thread);
  const text = formatRequest({ ...request, bundle, data: { [BOUNDARY_VARIABLE]: order } });
  return { words: [...options, programPath('replayThread.cjs')], env: { ...env, [THREAD_VARIABLE]: text } };
}

/** A program that was killed leaves an open log; it is whole when it still has the length it had then. */
function isWhole(folder: string, name: string, end: ReplayEnd, { ended }: Metadata): boolean {
  if (end.reason === 'damaged') return false;
  const expected = ended?.logs.find((log) => log.name === name);
  // The recorder was killed with the program: nobody noted how long the log was.
  if (!expected) return end.reason === 'exit';
  const log = openLogFile(logPath(folder, name));
  const asLeft = expected.bytes === log.size || (!!expected.outlived && expected.bytes < log.size);
  const whole = asLeft && (end.reason === 'exit' || mapLog(log, nodeCompression).unreadable === 0);
  log.close();
  return whole;
}

/** A file without a name, for a program that was recorded into a file. */
interface TemporaryFile {
  fd: number;
}
type Output = number | 'inherit' | TemporaryFile;

function temporaryFile(): TemporaryFile {
  const folder = mkdtempSync(join(tmpdir(), 'apex-replay-'));
  try {
    return { fd: openSync(join(folder, 'output'), 'wx+', 0o600) };
  } finally {
    // The descriptor is enough, where a file in use can be removed.
    if (process.platform !== 'win32') rmSync(folder, { recursive: true });
  }
}

const target = (output: Output): number | 'inherit' => (typeof output === 'object' ? output.fd : output);

function showTemporary(output: Output, own: number): void {
  if (typeof output !== 'object') return;
  const buffer = Buffer.alloc(1 << 16);
  for (let at = 0, length = 1; length > 0; at += length) {
    length = readSync(output.fd, buffer, 0, buffer.length, at);
    writeAll(own, buffer.subarray(0, length));
  }
  closeSync(output.fd);
}

async function copyOutput(from: Readable | null, to: Output, own: number): Promise<void> {
  if (!from) return;
  const fd = target(to);
  for await (const bytes of from as AsyncIterable<Buffer>) writeAll(fd === 'inherit' ? own : fd, bytes);
}

async function readReport(pipe: Readable): Promise<ReplayReport | undefined> {
  let text = '';
  for await (const chunk of pipe.setEncoding('utf8')) text += chunk;
  const line = text.split('\n')[0];
  return line ? (JSON.parse(line) as ReplayReport) : undefined;
}
