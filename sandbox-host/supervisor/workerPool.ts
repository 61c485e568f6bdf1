import { ApexError } from '../../protocol/errors.ts';
import type { HostStatus, Mode } from '../../protocol/sandbox.ts';
import { plainWorkerCommand, type WorkerCommand } from '../osSandbox/workerCommand.ts';
import { WorkerProcess } from './workerProcess.ts';

/** How many sandboxes share one process: code nobody has read shares with nobody. */
const PER_WORKER: Readonly<Record<Mode, number>> = { isolation: 1, hybrid: 20, development: 100 };

const WARM_AFTER_MS = 200;
/** Each isolate that comes and goes leaves some 10 KiB in its process: after so many it takes no more, and ends when it is empty. */
const RETIRED_AFTER = 1_000;

/** Hands out workers and keeps one started ahead, so that a sandbox does not wait for a process to boot. */
export class WorkerPool {
  #command: WorkerCommand;
  readonly #workers = new Map<WorkerProcess, Mode | 'spare'>();
  /** Workers on their way for a mode that shares them. */
  readonly #coming = new Map<Mode, Promise<WorkerProcess>>();
  #spare: Promise<WorkerProcess> | undefined;
  #warmTimer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(command: WorkerCommand) {
    this.#command = command;
  }

  get size(): number {
    return this.#workers.size;
  }

  /** What stands between workers and the machine; settled once a worker has started. */
  async osSandbox(): Promise<HostStatus['osSandbox']> {
    this.warm();
    await this.#spare?.catch(() => {});
    return this.#command.osSandbox;
  }

  /** Starts the spare ahead of the first request. */
  warm(): void {
    if (this.#spare || this.#closed) return;
    this.#spare = this.#start();
    // Whoever takes the spare meets the error; until then it is nobody's.
    this.#spare.catch(() => {});
  }

  /**
   * A worker with room for one more sandbox of `mode`. With `alone` it is one of its own, whatever the mode: where a worker has
   * died and nobody knows which of its sandboxes did it, each is watched by itself.
   * @throws ApexError `worker-failed`
   */
  async take(mode: Mode, alone = false): Promise<WorkerProcess> {
    if (alone || PER_WORKER[mode] === 1) return (await this.#takeSpare('isolation')).reserve();
    for (;;) {
      const shared = this.#sharedWorker(mode);
      if (shared) return shared.reserve();
      const coming = this.#coming.get(mode);
      if (coming) {
        // Where twenty want one at a time, they wait for the first one's instead of starting twenty.
        await coming.catch(() => {});
        continue;
      }
      const starting = this.#takeSpare(mode);
      this.#coming.set(mode, starting);
      try {
        return (await starting).reserve();
      } finally {
        this.#coming.delete(mode);
      }
    }
  }

  async #takeSpare(use: Mode): Promise<WorkerProcess> {
    for (;;) {
      this.warm();
      const spare = this.#spare ?? this.#start();
      this.#spare = undefined;
      const worker = await spare;
      if (!worker.alive) continue;
      this.#workers.set(worker, use);
      // Not at once: a host that runs one short program never needs the next.
      this.#warmTimer ??= setTimeout(() => {
        this.#warmTimer = undefined;
        this.warm();
      }, WARM_AFTER_MS).unref();
      return worker;
    }
  }

  /** Gives a worker back after one of its sandboxes has ended: an empty one ends too. */
  release(worker: WorkerProcess): void {
    if (worker.isTaken && worker.alive) return;
    this.#workers.delete(worker);
    worker.kill('its sandboxes have ended');
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#warmTimer);
    for (const worker of this.#workers.keys()) worker.kill('the host ends');
    this.#workers.clear();
  }

  #sharedWorker(mode: Mode): WorkerProcess | undefined {
    if (PER_WORKER[mode] === 1) return undefined;
    for (const [worker, use] of this.#workers) {
      if (
        use === mode &&
        worker.alive &&
        worker.held < RETIRED_AFTER &&
        worker.size + worker.reserved < PER_WORKER[mode]
      )
        return worker;
    }
    return undefined;
  }

  async #start(): Promise<WorkerProcess> {
    if (this.#closed) throw new ApexError('host-closed', 'The sandbox host is ending.');
    const command = this.#command;
    const worker = new WorkerProcess(command);
    this.#workers.set(worker, 'spare');
    try {
      await worker.ready();
      return worker;
    } catch (error) {
      this.#workers.delete(worker);
      if (this.#closed) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      if (command.osSandbox.kind === 'none') throw notStarted(reason);
      this.#command = plainWorkerCommand(
        `bubblewrap does not work here (${reason}): an escape from V8 has your rights.`,
      );
      return this.#start();
    }
  }
}

function notStarted(reason: string): ApexError {
  return new ApexError(
    'worker-failed',
    `A sandbox worker did not start: ${reason}`,
    'Run "npm run build"; if that does not help, report it with this message.',
  );
}
