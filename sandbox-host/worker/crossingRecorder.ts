import type { Crossing } from '../bridge/crossings.ts';
import type { ModuleSeen } from './moduleLoader.ts';

const FLUSH_CHARACTERS = 1 << 16;

/** Logs the crossings of one guest, in the order in which they happen; lines leave in batches. */
export class CrossingRecorder {
  readonly #tell: (lines: string) => void;
  #lines: string[] = [];
  #length = 0;
  #scheduled = false;

  constructor(tell: (lines: string) => void) {
    this.#tell = tell;
  }

  add(crossing: Crossing): void {
    const line = JSON.stringify(crossing);
    this.#lines.push(line);
    this.#length += line.length;
    if (this.#length > FLUSH_CHARACTERS) this.flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => {
        this.#scheduled = false;
        this.flush();
      });
    }
  }

  /** To be called before anything is told that ends the guest. */
  flush(): void {
    if (this.#lines.length === 0) return;
    this.#tell(this.#lines.join('\n'));
    this.#lines = [];
    this.#length = 0;
  }
}

export function moduleRecorder(recorder: CrossingRecorder): ModuleSeen {
  return (specifier, referrer, loaded, source) => {
    if (loaded.kind === 'refused') return;
    const { kind, url } = loaded;
    // TypeScript that had to be transformed has other lines than its file.
    const moved =
      source !== undefined && kind === 'esm' && loaded.typescript && lineCount(source) !== lineCount(loaded.source);
    recorder.add({
      ...{ t: 'module', specifier, referrer, kind, url },
      ...(source !== undefined && { source }),
      ...(moved && { moved }),
    });
  };
}

function lineCount(text: string): number {
  return text.split('\n').length;
}
