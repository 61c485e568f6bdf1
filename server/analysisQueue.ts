import type { LiveProgram } from '../analysis/workspace/liveProgram.ts';

/** The server answers messages at least this often (ms) while it analyses. */
const SLICE = 12;

const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Analyses one file at a time, in slices between which messages are read; what an editor asks for goes first. */
export class AnalysisQueue {
  private readonly program: LiveProgram;
  private turn: Promise<void> = Promise.resolve();
  private backgroundTurn: Promise<void> = Promise.resolve();
  private asked = 0;
  /** When messages were last read, between slices of one file or of many small ones. */
  private paused = 0;

  constructor(program: LiveProgram) {
    this.program = program;
  }

  /** Ends when the file's analysis is up to date with every text; an edit on the way starts it anew. */
  analyze(path: string): Promise<void> {
    this.asked++;
    const turn = this.turn.then(async () => {
      while (!(await this.slices(path, () => false)));
    });
    this.turn = turn.catch(() => undefined).finally(() => this.asked--);
    return turn;
  }

  /** The same when nothing else is asked for. `isCancelled` is asked between slices. */
  analyzeInBackground(path: string, isCancelled: () => boolean): Promise<void> {
    const turn = this.backgroundTurn.then(async () => {
      let done = false;
      while (!done && !isCancelled()) {
        while (this.asked > 0) await this.turn;
        done = await this.slices(path, () => this.asked > 0 || isCancelled());
      }
    });
    this.backgroundTurn = turn.catch(() => undefined);
    return turn;
  }

  /** False when it was broken off, by `stop` or by a change. */
  private async slices(path: string, stop: () => boolean): Promise<boolean> {
    if (this.isLong()) {
      await this.answer();
      if (stop()) return false;
    }
    const steps = this.program.steps(path);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      if (!this.isLong()) continue;
      await this.answer();
      if (stop()) {
        // Only what is still running is broken off: another file's analysis may have begun meanwhile.
        if (!steps.next().done) this.program.interrupt();
        return false;
      }
    }
  }

  private isLong(): boolean {
    return performance.now() - this.paused >= SLICE;
  }

  private async answer(): Promise<void> {
    await pause();
    this.paused = performance.now();
  }
}
