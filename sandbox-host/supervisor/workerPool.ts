import { ApexError } from '../../protocol/errors.ts';
import type { HostStatus, Mode } from '../../protocol/sandbox.ts';
import { plainWorkerCommand, type WorkerCommand } from '../osSandbox/workerCommand.ts';
import { WorkerProcess } from './workerProcess.ts';

/** How many sandboxes share one process: code nobody has read shares with nobody. */
const PER_WORKER: Readonly<Record<Mode, number>> = { isolation: 1, hybrid: 20, development: 100 };

/** Hands out workers and keeps one started ahead, so that a sandbox does not wait for a process to boot. */
export class WorkerPool {
  #command: WorkerCommand;
  readonly #workers = new Map<WorkerProcess, Mode | 'spare'>();
  #spare: Promise<WorkerProcess> | undefined;
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
    const shared = alone ? undefined : this.#sharedWorker(mode);
    if (shared) return shared;
    this.warm();
    const spare = this.#spare!;
    this.#spare = undefined;
    const worker = await spare;
    if (!worker.alive) return this.take(mode, alone);
    this.#workers.set(worker, alone ? 'isolation' : mode);
    return worker;
  }

  /** Gives a worker back after one of its sandboxes has ended: an empty one ends too. */
  release(worker: WorkerProcess): void {
    if (worker.size > 0 && worker.alive) return;
    this.#workers.delete(worker);
    worker.kill('its sandboxes have ended');
  }

  close(): void {
    this.#closed = true;
    for (const worker of this.#workers.keys()) worker.kill('the host ends');
    this.#workers.clear();
  }

  #sharedWorker(mode: Mode): WorkerProcess | undefined {
    if (PER_WORKER[mode] === 1) return undefined;
    for (const [worker, use] of this.#workers) {
      if (use === mode && worker.alive && worker.size < PER_WORKER[mode]) return worker;
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
