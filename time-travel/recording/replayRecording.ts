import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ApexError } from '../../protocol/errors.ts';
import { launchPath, MAIN_PROCESS } from './layout.ts';
import { type Metadata, readMetadata } from './metadata.ts';
import { processNames } from './processes.ts';
import { type ProcessOutcome, type ProcessReplay, replayProcess } from './replayProcess.ts';
import { type OutputOrder, printInOrder, readOutputOrder } from './sharedOutput.ts';

export interface ReplayOptions {
  folder: string;
  /** Candidates for the Node to replay on, besides the recorded one. */
  nodes?: readonly string[];
  /** Replays this process alone: its name, or its place in the list that `apex recording show` prints, from 0. */
  process?: string;
}

export type ReplayOutcome = ProcessOutcome & {
  metadata: Metadata;
  /** Name of the process of which this is said: the first that is not identical, else the main one. */
  process: string;
};

/**
 * Replays every process of a recording: what they printed goes to this process's stdout and stderr, in the recorded order.
 * When no child shares them, the main process prints as it is replayed.
 * @throws ApexError when the recording cannot be opened, or has no such process.
 */
export async function replayRecording({ folder: path, nodes = [], process }: ReplayOptions): Promise<ReplayOutcome> {
  const folder = resolve(path);
  const metadata = readMetadata(folder);
  if (process !== undefined) {
    const name = findProcess(folder, process);
    const output = ['inherit', 'inherit'] as const;
    const outcome = await replayProcess({ folder, name, metadata, nodes, output, showPosted: true });
    return { ...outcome, process: name, metadata };
  }
  const names = processNames(folder).filter((name) => name === MAIN_PROCESS || existsSync(launchPath(folder, name)));
  if (names.length === 0) {
    throw new ApexError('recording-damaged', `${folder} has no log of a process.`, 'Record the program again.');
  }
  const order = readOutputOrder(folder);
  if (names.length === 1 && !order) {
    const outcome = await replayProcess({
      folder,
      name: MAIN_PROCESS,
      metadata,
      nodes,
      output: ['inherit', 'inherit'],
    });
    return { ...outcome, process: MAIN_PROCESS, metadata };
  }
  return replayAll({ folder, names, metadata, nodes, order });
}

interface WholeReplay extends Pick<ProcessReplay, 'folder' | 'metadata' | 'nodes'> {
  names: string[];
  order: OutputOrder | undefined;
}

async function replayAll({ names, order, ...replay }: WholeReplay): Promise<ReplayOutcome> {
  const scratch = mkdtempSync(join(tmpdir(), 'apex-replay-'));
  const fileOf = (name: string, fd: number) => join(scratch, `${name}.${fd}`);
  try {
    const outcomes: ReplayOutcome[] = [];
    for (const name of names) {
      const ownOutput = name === MAIN_PROCESS && !order;
      const files = ownOutput ? [] : [1, 2].map((fd) => openSync(fileOf(name, fd), 'w', 0o600));
      const output = [files[0] ?? 'inherit', files[1] ?? 'inherit'] as const;
      const outcome = await replayProcess({ ...replay, name, output });
      for (const file of files) closeSync(file);
      outcomes.push({ ...outcome, process: name, metadata: replay.metadata });
    }
    if (order) printInOrder(order, fileOf);
    return outcomes.find(({ kind }) => kind !== 'identical') ?? outcomes[0]!;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @throws ApexError `no-such-process` */
export function findProcess(folder: string, wanted: string): string {
  const names = processNames(folder);
  const name = names.includes(wanted) ? wanted : names[/^\d+$/.test(wanted) ? Number(wanted) : -1];
  if (name !== undefined) return name;
  throw new ApexError(
    'no-such-process',
    `${folder} has no process "${wanted}".`,
    `It has ${names.map((known, place) => `${place} (${known})`).join(', ')}.`,
  );
}
