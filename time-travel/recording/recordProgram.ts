import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isatty } from 'node:tty';
import { promisify } from 'node:util';
import { ApexError } from '../../protocol/errors.ts';
import { maskWords } from '../../protocol/secretForms.ts';
import { describeNode, type NodeRuntime, nodesOnPath } from '../../runtime/findNode.ts';
import { isRememberedNode, rememberNode } from '../../runtime/knownNodes.ts';
import { programPath } from '../../runtime/programs.ts';
import { BOUNDARY_VARIABLE, formatOrder } from '../recorder/start/order.ts';
import { codeCacheFolder } from './codeCacheFolder.ts';
import { FORMAT_VERSION, launchPath, MAIN_PROCESS, METADATA_FILE } from './layout.ts';
import { type Metadata, readLaunch, writeMetadata } from './metadata.ts';
import { isRestricted, permissionOptions, preload, withNodeOptions } from './nodeOptions.ts';
import { describeLogs } from './processes.ts';

export interface RecordOptions {
  /** Folder of the recording: it must not exist, be empty, or hold a recording, which is replaced. */
  out: string;
  /** Node options, script and arguments, as behind `node`. */
  words: readonly string[];
  node: NodeRuntime;
  /** Largest size of the log of each process, in bytes: what follows is not recorded, and the program goes on. */
  maxBytes?: number;
  /** Node processes that the program starts are not recorded. */
  alone?: boolean;
  /** What looks like a secret is replaced in the recording; `checkRedacted` tells whether its replay can do without. */
  redact?: boolean;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Starts the program in another way than `spawn` would, with the same arguments: within an OS sandbox, say. */
  start?(program: string, words: string[], options: SpawnOptions): ChildProcess;
  /** Gets the running program, whose stdout and stderr are then pipes; without it they are this process's own. */
  attach?(child: ChildProcess): void;
}

export interface RecordedRun {
  code: number | undefined;
  signal: NodeJS.Signals | undefined;
}

/**
 * Runs a program and records it. Resolves when it has ended.
 * @throws ApexError `out-in-use`, `out-unwritable`, `not-built`
 */
export async function recordProgram(options: RecordOptions): Promise<RecordedRun> {
  const folder = resolve(options.out);
  const boundary = programPath('boundary.cjs');
  prepareFolder(folder);
  const cwd = options.cwd ?? process.cwd();
  const metadata: Metadata = {
    format: FORMAT_VERSION,
    node: options.node.version,
    platform: process.platform,
    arch: process.arch,
    command: maskWords(options.words),
    cwd,
    started: new Date().toISOString(),
    ...(options.redact && { redacted: true }),
  };
  writeMetadata(folder, metadata);
  const begun = performance.now();
  const env = options.env ?? process.env;
  const { words, nodeOptions } = preload(boundary, env.NODE_OPTIONS);
  const restricted = isRestricted(options.words, env.NODE_OPTIONS);
  if (restricted) words.push(...permissionOptions(dirname(boundary), folder));
  const order = formatOrder({
    mode: 'record',
    folder,
    process: MAIN_PROCESS,
    ...(!restricted && { codeCache: codeCacheFolder() }),
    ...(options.maxBytes !== undefined && { maxBytes: options.maxBytes }),
    ...(options.redact && { redact: true }),
    ...(options.alone && { alone: true }),
    ...(env.NODE_OPTIONS !== undefined && { nodeOptions: env.NODE_OPTIONS }),
  });
  rememberNode(options.node.path);
  // Before there is a program that could make someone send a signal: it would end this process alone.
  const stopForwarding = options.attach ? () => {} : forwardSignals((signal) => child.kill(signal));
  const child = (options.start ?? spawn)(options.node.path, [...words, ...options.words], {
    cwd,
    env: { ...withNodeOptions(env, nodeOptions), [BOUNDARY_VARIABLE]: order },
    stdio: options.attach ? ['ignore', 'pipe', 'pipe'] : 'inherit',
  });
  // Beside the program, which shall not wait for it; a recorder that is killed has it written down by then.
  const commit = gitCommit(cwd).then((gitCommit) => {
    if (gitCommit !== undefined) writeMetadata(folder, Object.assign(metadata, { gitCommit }));
  });
  options.attach?.(child);
  const run = await new Promise<RecordedRun>((done, fail) => {
    child.once('error', fail);
    // All output has arrived when the pipes are closed.
    child.once(options.attach ? 'close' : 'exit', (code, signal) =>
      done({ code: code ?? undefined, signal: signal ?? undefined }),
    );
  });
  stopForwarding();
  await commit;
  const logs = describeLogs(folder);
  for (const { name } of logs)
    if (existsSync(launchPath(folder, name))) rememberNode(readLaunch(folder, name).execPath);
  const ended = { ...run, durationMs: Math.round(performance.now() - begun), logs };
  keepEnd(folder, { ...metadata, ended });
  return run;
}

/** Without it the recording is as one whose recorder was killed: what is in its log can be looked at. */
function keepEnd(folder: string, metadata: Metadata): void {
  try {
    writeMetadata(folder, metadata);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ApexError(
      'recording-cut',
      `The recording ${folder} ends early: ${code === 'ENOSPC' ? 'the disk is full' : `it cannot be written (${code})`}.`,
      'The program itself ran to its end. Make room, or name another folder.',
    );
  }
}

/** Ends this process as the program ended: with its code, or by its signal. */
export function exitCodeOf(run: RecordedRun): number {
  if (!run.signal) return run.code ?? 1;
  process.kill(process.pid, run.signal);
  return 128 + constants.signals[run.signal];
}

/** @throws ApexError `out-in-use` where something lies that is no recording */
export function refuseUsedFolder(folder: string): void {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (!stats) return;
  const free = stats.isDirectory() && (readdirSync(folder).length === 0 || existsSync(join(folder, METADATA_FILE)));
  if (!free)
    throw new ApexError('out-in-use', `${folder} exists and is not a recording.`, 'Name another folder with --out.');
}

function prepareFolder(folder: string): void {
  refuseUsedFolder(folder);
  rmSync(folder, { recursive: true, force: true });
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ApexError('out-unwritable', `${folder} cannot be made (${code}).`, 'Name another folder with --out.');
  }
}

/** Undefined where there is no git, or no commit. */
async function gitCommit(cwd: string): Promise<string | undefined> {
  try {
    return (await promisify(execFile)('git', ['rev-parse', 'HEAD'], { cwd, timeout: 2000 })).stdout.trim();
  } catch {
    return undefined;
  }
}

/** True when this process is in the foreground of a terminal, whose Ctrl+C the program hears by itself. */
function terminalInterrupts(): boolean {
  if (process.platform === 'win32') return true;
  try {
    // proc(5): behind the name in brackets: state, parent, group, session, terminal, the terminal's foreground group.
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const [, , group, , terminal, foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return terminal !== '0' && group === foreground;
  } catch {
    // No Linux.
    return isatty(0) || isatty(1) || isatty(2);
  }
}

/** A terminal sends Ctrl+C to both; everything else reaches only us. */
function forwardSignals(forward: (signal: NodeJS.Signals) => void): () => void {
  const ignore = () => undefined;
  const interrupt = terminalInterrupts() ? ignore : forward;
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', forward);
  process.on('SIGHUP', forward);
  return () => {
    process.removeListener('SIGINT', interrupt);
    process.removeListener('SIGTERM', forward);
    process.removeListener('SIGHUP', forward);
  };
}

/**
 * The Node of exactly this version: the one it was recorded with, or any other that is found. A recording may come from a
 * stranger: the path in it is run only when Apex has recorded with that Node on this machine.
 */
export function findRecordedNode(execPath: string, version: string, others: readonly string[]): NodeRuntime {
  const own = isRememberedNode(execPath) ? [execPath] : [];
  for (const path of [...own, ...others, ...nodesOnPath()]) {
    const runtime = describeNode(path);
    if (runtime?.version === version) return runtime;
  }
  throw new ApexError(
    'recording-other-node',
    `The recording was made on Node ${version}, which was not found (it was ${execPath}).`,
    `Install Node ${version}; where it is not on PATH, name it (--node, or "runtimeExecutable" in launch.json).`,
  );
}
