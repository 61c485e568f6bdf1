/**
 * What replay needs from the side that answers the program's natives from the recording. Without a boundary (a program
 * that meets nothing outside) the plain one below serves.
 */
export interface Boundary {
  /** While true, a native that would reach outside throws: a question must not change what is asked about. */
  refuse(active: boolean): void;
  /** Text that the program writes to stdout (1) or stderr (2), when it is written. */
  onOutput(callback: (fd: number, bytes: Uint8Array) => void): void;
  /** From now on the program may print something else than recorded, and goes on. */
  acceptOtherOutput(): void;
  /** The recorded clock, in milliseconds since the program began, each time that replay learns it. */
  onTime(callback: (milliseconds: number) => void): void;
  /** What the program asks of the outside, and the turns of its event loop, each when replay comes to it. */
  onCrossing(listener: {
    call(name: string, args: readonly unknown[], self: unknown): void;
    event(): void;
    turn(kind: 'timers' | 'immediates'): void;
  }): void;
  /** Where each call of native code comes from: see `OriginTracker` of the recorder's `asyncContext.ts`. */
  onOrigins(tracker: { capture(type: string): unknown; within(origin: unknown, work: () => void): void }): void;
  /** Replay has come to the end of a log that still grows; called before it waits. */
  onWait(callback: () => void): void;
  /** What keeps the exports that Node reads in the text of a CommonJS module, to be put behind its changed text. */
  sameExports(original: string, changed: string): string;
  /** The error that has ended the program, with its stack. */
  uncaughtText(): string | undefined;
  /** The program has ended, or replay cannot go on and says why. Nothing of the program runs afterwards. */
  onEnd(callback: (exitCode: number | undefined, divergence?: ReplayDivergence) => void): void;
}

/** Why a replay cannot go on. */
export interface ReplayDivergence {
  message: string;
  /** What the program did instead of what, without the likely cause: a program that was changed on purpose has its own. */
  step?: string;
}

/** For deterministic programs without a recording. */
export function noBoundary(process: NodeJS.Process): Boundary {
  return {
    refuse() {},
    acceptOtherOutput() {},
    onTime() {},
    onWait() {},
    onCrossing() {},
    onOrigins() {},
    sameExports: () => '',
    uncaughtText: () => undefined,
    onOutput(callback) {
      for (const [fd, stream] of [[1, process.stdout] as const, [2, process.stderr] as const]) {
        const write = stream.write;
        stream.write = ((chunk: string | Uint8Array, ...rest: []) => {
          callback(fd, typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
          return Reflect.apply(write, stream, [chunk, ...rest]);
        }) as typeof stream.write;
      }
    },
    onEnd(callback) {
      process.on('exit', (code) => callback(code));
    },
  };
}
