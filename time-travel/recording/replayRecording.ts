import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { programPath } from '../../runtime/programs.ts';
import type { Divergence, ReplayEnd } from '../recorder/lifecycle.ts';
import { BOUNDARY_VARIABLE, formatOrder } from '../recorder/order.ts';
import type { ReplayReport } from '../recorder/report.ts';
import { logPath, MAIN_PROCESS } from './layout.ts';
import { HEADER_SIZE, logVersion } from './logFormat.ts';
import { mapLog } from './logFrames.ts';
import { type Metadata, readLaunch, readMetadata } from './metadata.ts';
import { nodeCompression } from './nodeCompression.ts';
import { checkLogVersion, openLogFile } from './openLog.ts';
import { findRecordedNode } from './recordProgram.ts';

export interface ReplayOptions {
  folder: string;
  /** Candidates for the Node to replay on, besides the recorded one. */
  nodes?: readonly string[];
}

export type ReplayOutcome =
  /** Everything as recorded, to the end of the program or to the moment at which it was killed. */
  | { kind: 'identical'; end: ReplayEnd; metadata: Metadata }
  /** Everything as recorded as far as the recording goes; something behind it is missing. */
  | { kind: 'incomplete'; end: ReplayEnd; metadata: Metadata }
  | { kind: 'diverged'; divergence: Divergence; metadata: Metadata }
  /** The replay process ended without saying why. */
  | { kind: 'failed'; how: string; metadata: Metadata };

/**
 * Replays a recording: the program's output goes to this process's stdout and stderr.
 * @throws ApexError when the recording cannot be opened.
 */
export async function replayRecording({ folder: path, nodes = [] }: ReplayOptions): Promise<ReplayOutcome> {
  const folder = resolve(path);
  const metadata = readMetadata(folder);
  const launch = readLaunch(folder, MAIN_PROCESS);
  const node = findRecordedNode(launch.execPath, launch.version, nodes);
  checkLog(folder);
  const order = formatOrder({ mode: 'replay', folder, process: MAIN_PROCESS, reportFd: 3 });
  const words = ['--expose-internals', '-r', programPath('boundary.cjs'), ...launch.execArgv, ...launch.argv];
  const child = spawn(node.path, words, {
    env: { ...launch.environment, [BOUNDARY_VARIABLE]: order },
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  const report = readReport(child.stdio[3] as Readable);
  const how = await new Promise<string>((done, fail) => {
    child.once('error', fail);
    child.once('exit', (code, signal) => done(signal ?? `exit code ${code}`));
  });
  const told = await report;
  if (!told) return { kind: 'failed', how, metadata };
  if (told.kind === 'divergence') return { kind: 'diverged', divergence: told.divergence, metadata };
  return { kind: isWhole(folder, told.end, metadata) ? 'identical' : 'incomplete', end: told.end, metadata };
}

function checkLog(folder: string): void {
  const path = logPath(folder, MAIN_PROCESS);
  const log = openLogFile(path);
  const header = log.read(0, HEADER_SIZE);
  log.close();
  checkLogVersion(path, logVersion(header));
}

/** A program that was killed leaves an open log; it is whole when it still has the length it had then. */
function isWhole(folder: string, end: ReplayEnd, { ended }: Metadata): boolean {
  if (end.reason !== 'torn') return end.reason === 'exit';
  const expected = ended?.logs.find(({ name }) => name === MAIN_PROCESS);
  const log = openLogFile(logPath(folder, MAIN_PROCESS));
  const whole = expected?.bytes === log.size && mapLog(log, nodeCompression).unreadable === 0;
  log.close();
  return whole;
}

async function readReport(pipe: Readable): Promise<ReplayReport | undefined> {
  let text = '';
  for await (const chunk of pipe.setEncoding('utf8')) text += chunk;
  const line = text.split('\n')[0];
  return line ? (JSON.parse(line) as ReplayReport) : undefined;
}
