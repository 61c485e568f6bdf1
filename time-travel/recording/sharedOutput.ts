import { closeSync, existsSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { PROCESSES_FOLDER } from './layout.ts';

/** One piece of output of a recorded program whose processes share their standard output. */
interface Piece {
  process: string;
  /** Descriptor of that process. */
  own: number;
  /** Descriptor of the main process that it leads to: 1 or 2. */
  fd: number;
  /** `Infinity`: everything that is left, which nobody counted. */
  bytes: number;
}

export type OutputOrder = readonly Piece[];

/** Pieces in the order in which they were written; undefined when only the main process wrote. */
export function readOutputOrder(folder: string): OutputOrder | undefined {
  const path = join(folder, PROCESSES_FOLDER, 'output.order');
  if (!existsSync(path)) return undefined;
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const match = /^(main[-.\d]*) ([12]) ([12]) (\d+|\*)$/.exec(line);
      return match
        ? [
            {
              process: match[1]!,
              own: Number(match[2]),
              fd: Number(match[3]),
              bytes: match[4] === '*' ? Number.POSITIVE_INFINITY : Number(match[4]),
            },
          ]
        : [];
    });
}

/**
 * Prints what each process wrote in its replay, in the recorded order.
 * @param fileOf path of what a process wrote to its own descriptor 1 or 2
 */
export function printInOrder(pieces: OutputOrder, fileOf: (process: string, own: number) => string): void {
  const open = new Map<string, number>();
  for (const { process: name, own, fd, bytes } of pieces) {
    const path = fileOf(name, own);
    if (!open.has(path) && existsSync(path)) open.set(path, openSync(path, 'r'));
    const source = open.get(path);
    if (source !== undefined) copy(source, fd, bytes);
  }
  for (const source of open.values()) closeSync(source);
}

function copy(source: number, target: number, length: number): void {
  const buffer = Buffer.allocUnsafe(Math.min(length, 1 << 16));
  for (let left = length; left > 0; ) {
    const count = readSync(source, buffer, 0, Math.min(left, buffer.length), null);
    if (count === 0) return;
    writeAll(target, buffer.subarray(0, count));
    left -= count;
  }
}

/** Waits while a pipe is full; what nobody reads any more is dropped. */
export function writeAll(target: number, bytes: Uint8Array): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(target, bytes, done);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(pause, 0, 0, 1);
    }
  }
}
