import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { ApexError, toErrorReport } from '../protocol/errors.ts';
import { findPinnedNode, findProgramNode } from '../runtime/findNode.ts';
import { launchPath } from '../time-travel/recording/layout.ts';
import { readMetadata } from '../time-travel/recording/metadata.ts';
import { placeOnShelf } from '../time-travel/recording/placeOnShelf.ts';
import { recordProgram } from '../time-travel/recording/recordProgram.ts';
import { pruneShelf } from '../time-travel/recording/shelf.ts';
import { type ReplayLauncher, recordingLauncher } from '../time-travel/replay/engine/launch.ts';
import { canBeReplayed, copyRecordingSoFar } from '../time-travel/replay/engine/snapshot.ts';
import { endProgram, freezeProgram, type ProgramEnd } from './endProgram.ts';
import type { LaunchPlan } from './launchArguments.ts';
import { programEnvironment } from './programEnvironment.ts';
import { recordInTerminal, type TerminalRequest, type TerminalRun } from './terminal.ts';

/** A program that runs and is being recorded. */
export interface RecordedProgram {
  pid: number | undefined;
  /** Where it is recorded. */
  folder: string;
  /** Resolves when the program has ended, by itself or stopped. */
  ended: Promise<ProgramEnd>;
  /** Ends the program, and with it the recording: asked first, by force when it has not left after `patience` ms. */
  stop(patience?: number): void;
  /** Has the program stand still, or go on. */
  freeze(still: boolean): void;
  /** How to replay what was recorded. */
  launcher(): ReplayLauncher;
  /** Removes what is temporary. */
  dispose(): void;
}

export type OutputListener = (category: 'stdout' | 'stderr', text: string) => void;

const PATIENCE = 2000;

type RecordPlan = Extract<LaunchPlan, { kind: 'record' }>;

/**
 * Starts a program and records it. It has no terminal: what it prints is given to the listener.
 * @throws ApexError when it cannot be started.
 */
export async function startRecording(plan: RecordPlan, output: OutputListener): Promise<RecordedProgram> {
  const order = orderOf(plan);
  let child: ChildProcess | undefined;
  let begin = () => {};
  // No `Promise.withResolvers`: `apex dap` runs on Node 20, too.
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const recorded = recordProgram({
    ...order,
    env: programEnvironment(plan.env),
    attach(started) {
      child = started;
      for (const category of ['stdout', 'stderr'] as const) {
        const decoder = new StringDecoder('utf8');
        started[category]?.on('data', (bytes: Buffer) => output(category, decoder.write(bytes)));
      }
      begin();
    },
  });
  // What is wrong before there is a process is thrown here; what goes wrong with it is part of how it ended.
  await Promise.race([begun, recorded]);
  const ended = recorded.catch(
    (error): ProgramEnd => ({ code: undefined, signal: undefined, problem: toErrorReport(error).message }),
  );
  return recordedProgram(plan, order.out, {
    pid: child?.pid,
    ended,
    stop: (patience) => child && endProgram(child, patience),
    freeze: (still) => child && freezeProgram(child, still),
  });
}

/**
 * Has the client run and record a program in a terminal of its own.
 * @throws ApexError when there is no terminal, or the program cannot be started
 */
export async function startInTerminal(
  plan: RecordPlan,
  terminal: Pick<TerminalRequest, 'client' | 'kind' | 'title' | 'signal'>,
): Promise<RecordedProgram> {
  const order = orderOf(plan);
  try {
    const run = await recordInTerminal({ ...terminal, order: { ...order, kind: 'record', env: plan.env } });
    return recordedProgram(plan, order.out, run);
  } catch (error) {
    removeTemporary(plan, order.out);
    throw error;
  }
}

/** What to record, and where. */
function orderOf(plan: RecordPlan) {
  const node = findProgramNode(plan.runtimeExecutable);
  const kept = plan.out ?? (plan.shelf && placeOnShelf(plan.shelf.folder, plan.program));
  const out = kept ?? join(mkdtempSync(join(tmpdir(), 'apex-recording-')), 'recording');
  return { out, node, words: [...plan.runtimeArgs, plan.program, ...plan.args], cwd: plan.cwd };
}

function removeTemporary(plan: RecordPlan, out: string): void {
  if (!plan.out && !plan.shelf) rmSync(dirname(out), { recursive: true, force: true });
}

function recordedProgram(plan: RecordPlan, folder: string, { pid, ended, stop, freeze }: TerminalRun): RecordedProgram {
  const { shelf } = plan;
  if (shelf) void ended.then(() => pruneShelf(shelf)).catch(() => {});
  return {
    pid,
    folder,
    ended,
    freeze,
    stop: (patience = PATIENCE) => stop(patience),
    launcher() {
      if (canBeReplayed(folder)) return openRecording(folder);
      throw new ApexError('nothing-recorded', 'The program ended before anything of it was recorded.');
    },
    dispose: () => removeTemporary(plan, folder),
  };
}

/** Milliseconds between two looks whether a program that somebody else records has ended. */
const LOOK_AGAIN = 300;

/**
 * A program that is being recorded by somebody else, or undefined when it has ended. It cannot be stopped from here:
 * `stop` only ends looking.
 * @throws ApexError when this is no recording
 */
export function attachToRecording(folder: string): RecordedProgram | undefined {
  if (readMetadata(folder).ended) return undefined;
  let done: () => void = () => {};
  const ended = new Promise<ProgramEnd>((resolve) => {
    const timer = setInterval(() => {
      const how = endOf(folder);
      if (!how) return;
      clearInterval(timer);
      resolve(how);
    }, LOOK_AGAIN);
    done = () => {
      clearInterval(timer);
      resolve({ code: undefined, signal: undefined, goesOn: true });
    };
  });
  let copy: string | undefined;
  return {
    pid: undefined,
    folder,
    ended,
    stop: () => done(),
    freeze: () => {},
    launcher() {
      if (endOf(folder)) return openRecording(folder);
      copy ??= mkdtempSync(join(tmpdir(), 'apex-recording-'));
      copyRecordingSoFar(folder, copy);
      return openRecording(copy);
    },
    dispose: () => copy && rmSync(copy, { recursive: true, force: true }),
  };
}

function endOf(folder: string): ProgramEnd | undefined {
  try {
    const { ended } = readMetadata(folder);
    return ended && { code: ended.code, signal: ended.signal };
  } catch {
    // It was deleted.
    return { code: undefined, signal: undefined };
  }
}

/**
 * `follow`: its program still runs. `node`: one that may be the recording's, beside those that are found.
 * @throws ApexError when the recording cannot be opened.
 */
export function openRecording(
  folder: string,
  options: { follow?: boolean; process?: string; node?: string } = {},
): ReplayLauncher {
  const { process: name, node } = options;
  if (name !== undefined && !existsSync(launchPath(folder, name))) {
    throw new ApexError('recording-not-found', `The recording has no process ${name}.`, 'Correct "process".');
  }
  const nodes = [...(node === undefined ? [] : [node]), process.execPath, findPinnedNode().path];
  return recordingLauncher(folder, nodes, options);
}
