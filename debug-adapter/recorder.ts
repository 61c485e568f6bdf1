import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { findPinnedNode, findProgramNode, plainEnvironment } from '../runtime/findNode.ts';
import { recordProgram } from '../time-travel/recording/recordProgram.ts';
import { pruneShelf } from '../time-travel/recording/shelf.ts';
import { type ReplayLauncher, recordingLauncher } from '../time-travel/replay/engine/launch.ts';
import { placeOnShelf } from './keptRecording.ts';
import type { LaunchPlan } from './launchArguments.ts';

/** A program that runs and is being recorded. */
export interface RecordedProgram {
  pid: number | undefined;
  /** Resolves when the program has ended, by itself or stopped. */
  ended: Promise<{ code: number | undefined; signal: string | undefined }>;
  /** Ends the program, and with it the recording: asked first, by force when it has not left after `patience` ms. */
  stop(patience?: number): void;
  /** How to replay what was recorded. */
  launcher(): ReplayLauncher;
  /** Removes what is temporary. */
  dispose(): void;
}

export type OutputListener = (category: 'stdout' | 'stderr', text: string) => void;

const PATIENCE = 2000;

/**
 * Starts a program and records it.
 * @throws ApexError when it cannot be started.
 */
export async function startRecording(
  plan: Extract<LaunchPlan, { kind: 'record' }>,
  output: OutputListener,
): Promise<RecordedProgram> {
  const node = findProgramNode(plan.runtimeExecutable);
  const kept = plan.out ?? placeOnShelf(plan);
  const temporary = kept ? undefined : mkdtempSync(join(tmpdir(), 'apex-recording-'));
  const out = kept ?? join(temporary!, 'recording');
  let stop = (_patience: number) => {};
  let pid: number | undefined;
  const ended = recordProgram({
    out,
    words: [...plan.runtimeArgs, plan.program, ...plan.args],
    node,
    cwd: plan.cwd,
    env: environment(plan.env),
    attach(child) {
      pid = child.pid;
      for (const category of ['stdout', 'stderr'] as const) {
        const decoder = new StringDecoder('utf8');
        child[category]?.on('data', (bytes: Buffer) => output(category, decoder.write(bytes)));
      }
      stop = (patience) => {
        child.kill('SIGTERM');
        const force = setTimeout(() => child.kill('SIGKILL'), patience);
        child.once('exit', () => clearTimeout(force));
      };
    },
  });
  if (plan.shelf) void ended.then(() => pruneShelf(plan.shelf!)).catch(() => {});
  return {
    pid,
    ended,
    stop: (patience = PATIENCE) => stop(patience),
    launcher: () => openRecording(out),
    dispose: () => temporary && rmSync(temporary, { recursive: true, force: true }),
  };
}

/** @throws ApexError when the recording cannot be opened. */
export function openRecording(folder: string): ReplayLauncher {
  return recordingLauncher(folder, [process.execPath, findPinnedNode().path]);
}

function environment(added: Record<string, string | null>): NodeJS.ProcessEnv {
  const env = plainEnvironment();
  for (const [name, value] of Object.entries(added)) {
    if (value === null) delete env[name];
    else env[name] = value;
  }
  return env;
}
