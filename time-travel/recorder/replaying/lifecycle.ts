/** Who is told of a replay's fate. The replay engine sets its listener through `replaySeam.ts`. */
import { realNatives } from '../start/natives.ts';

export interface Divergence {
  /** Number of events passed before it. */
  event: number;
  /** Position in the log. */
  place: string;
  /** What the log holds. */
  expected: string;
  /** What the program did. */
  seen: string;
  /** JavaScript stack of the replayed program. */
  stack: string;
  /** Number of entries of the log that were read. */
  entry: number;
  /** The last call before it in which both agreed, where it was looked for: there the recorded stack was the same. */
  agreed?: { call: string; stack: string };
  cause: string;
}

export interface ReplayEnd {
  /** Exit code of the recorded program; undefined when the recording does not reach its end. */
  code: number | undefined;
  /**
   * `exit`: the program ended as recorded. `torn`: the last recorded moment was reached and the program had not ended
   * (it was killed, or the file was cut). `stopped`: the log had reached its largest size. `damaged`: a chunk in the
   * middle of the log is unreadable.
   */
  reason: 'exit' | 'torn' | 'stopped' | 'damaged';
  events: number;
}

export interface LifecycleListener {
  /** The program is about to start. */
  started?(): void;
  /** The end of the recording was reached. The process leaves when this returns. */
  finished?(end: ReplayEnd): void;
  /** The program did something else than recorded. The process leaves with code 1 when this returns. */
  diverged?(divergence: Divergence): void;
  /** How the replay process leaves; by default Node's own way. A forked process must use _exit. */
  exit?(code: number): never;
}

let listener: LifecycleListener = {};
let over = false;
let lastCode = 0;
let lastWork = (): void => undefined;

export const lifecycle = {
  leave: (code: number): never => (listener.exit ?? realNatives.exit)(code),
  listen(to: LifecycleListener): void {
    listener = to;
  },
  /** Is called before anybody hears that the replay ended. */
  atEnd(work: () => void): void {
    lastWork = work;
  },
  started: () => listener.started?.(),
  get over(): boolean {
    return over;
  },
  /** Says that the end was reached, for a process that Node's native code is about to end itself. */
  reached(end: ReplayEnd): void {
    if (over) return;
    over = true;
    lastCode = end.code ?? 0;
    lastWork();
    listener.finished?.(end);
  },
  finished(end: ReplayEnd): never {
    lifecycle.reached(end);
    return lifecycle.leave(lastCode);
  },
  diverged(divergence: Divergence): never {
    if (!over) {
      over = true;
      lastWork();
      listener.diverged?.(divergence);
    }
    return lifecycle.leave(1);
  },
};
