import { closeSync, openSync, writeSync } from 'node:fs';
import { ApexError } from '../../protocol/errors.ts';
import type { StartParams } from '../../protocol/sandbox.ts';
import type { Crossing } from '../bridge/crossings.ts';

/** A recording that is larger stops there, and the program goes on. */
const MAX_BYTES = 256 << 20;

/** The file that gets the crossings of a sandbox. What a worker says is data here: it is read only inside the OS sandbox. */
export class CrossingLog {
  readonly #file: number;
  #left = MAX_BYTES;
  #closed = false;

  /** @throws ApexError `record-unwritable` */
  constructor(path: string) {
    try {
      this.#file = openSync(path, 'w', 0o600);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new ApexError('record-unwritable', `${path} cannot be written (${code}).`, 'Name another file.');
    }
  }

  add(crossing: Crossing): void {
    this.addLines(JSON.stringify(crossing));
  }

  /** Lines of a worker. */
  addLines(lines: string): void {
    if (this.#closed) return;
    const bytes = Buffer.from(`${lines}\n`);
    this.#left -= bytes.length;
    if (this.#left >= 0) writeSync(this.#file, bytes);
    else {
      writeSync(this.#file, '{"t":"cut"}\n');
      this.close();
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#file);
  }
}

/** @throws ApexError `record-refused` */
export function refuseRecording({ keep }: StartParams): void {
  if (keep)
    throw new ApexError('record-refused', 'A sandbox that is kept is not recorded.', 'Record a run of its own.');
}
