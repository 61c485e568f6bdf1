import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';

/** The share of the machine's memory that one replay may use. */
const SHARE = 0.5;

/** Bytes that the processes of one replay may use together: `APEX_REPLAY_MEMORY` (MB), else a share of the machine's. */
export function memoryLimit(): number {
  const megabytes = Number(process.env.APEX_REPLAY_MEMORY);
  if (megabytes > 0) return megabytes * 2 ** 20;
  // A container may have less; without a limit this is 0 or more than there is.
  const constrained = process.constrainedMemory();
  return SHARE * (constrained > 0 ? Math.min(constrained, totalmem()) : totalmem());
}

export interface ProcessMemory {
  /** Bytes; a page that several processes share is counted in parts. */
  share: number;
  /** Bytes with all that it shares. */
  whole: number;
}

/** Memory of each process. Linux tells it: elsewhere 0. */
export function memoryOf(pids: readonly number[]): Promise<ProcessMemory[]> {
  return Promise.all(
    pids.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
      const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) * 1024;
      return { share: bytes('Pss'), whole: bytes('Rss') };
    }),
  );
}

/** What processes use together. */
export const sumOf = (memory: readonly ProcessMemory[]): number => memory.reduce((sum, { share }) => sum + share, 0);
