import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { StateDocument } from '../../protocol/stateDocument.ts';

const KEPT = 50;
const KEPT_BYTES = 16 << 20;

/** The states of one sandbox before each change that came from outside, and those that were undone. The oldest go first. */
export class UndoHistory {
  #undo: Buffer[] = [];
  #redo: Buffer[] = [];

  get depth(): { undo: number; redo: number } {
    return { undo: this.#undo.length, redo: this.#redo.length };
  }

  /** Called with the state before a change, once the change has been accepted. */
  changed(before: StateDocument): void {
    this.#undo = trim([...this.#undo, pack(before)]);
    this.#redo = [];
  }

  /** The state to go back to, or with `redo` forward to; undefined when there is none. */
  peek(redo: boolean): StateDocument | undefined {
    const packed = (redo ? this.#redo : this.#undo).at(-1);
    return packed && (JSON.parse(zstdDecompressSync(packed).toString()) as StateDocument);
  }

  /** What `peek` gave is in force; `now` is what was before. */
  moved(redo: boolean, now: StateDocument): void {
    if (redo) {
      this.#redo.pop();
      this.#undo = trim([...this.#undo, pack(now)]);
    } else {
      this.#undo.pop();
      this.#redo = trim([...this.#redo, pack(now)]);
    }
  }
}

function pack(document: StateDocument): Buffer {
  return zstdCompressSync(JSON.stringify(document));
}

function trim(packed: Buffer[]): Buffer[] {
  const kept = packed.slice(-KEPT);
  let bytes = kept.reduce((sum, one) => sum + one.length, 0);
  while (kept.length > 1 && bytes > KEPT_BYTES) bytes -= kept.shift()!.length;
  return kept;
}
