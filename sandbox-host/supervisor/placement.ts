import type { HostStatus } from '../../protocol/sandbox.ts';
import { bestWorkerCommand } from '../osSandbox/workerCommand.ts';
import type { Sandbox } from './sandbox.ts';
import { WorkerPool } from './workerPool.ts';
import type { WorkerProcess } from './workerProcess.ts';

/** Which worker holds which sandbox. */
export class Placement {
  readonly #pool = new WorkerPool(bestWorkerCommand());
  readonly #places = new Map<string, WorkerProcess>();

  /** Starts the spare ahead of the first request. */
  warm(): void {
    this.#pool.warm();
  }

  get workers(): number {
    return this.#pool.size;
  }

  osSandbox(): Promise<HostStatus['osSandbox']> {
    return this.#pool.osSandbox();
  }

  /** Resident memory of all workers in use above that of empty ones, in MiB. */
  get memoryMb(): number {
    return [...new Set(this.#places.values())].reduce((sum, worker) => sum + worker.memoryMb, 0);
  }

  /**
   * Gives a sandbox a worker and begins it there.
   * @param alone in a worker of its own, whatever the mode
   * @throws ApexError `worker-failed`
   */
  async place(sandbox: Sandbox, alone: boolean): Promise<void> {
    const { id, mode } = sandbox.plan;
    this.leave(sandbox);
    const worker = await this.#pool.take(mode, alone);
    if (sandbox.ended) {
      worker.unreserve();
      this.#pool.release(worker);
      return;
    }
    this.#places.set(id, worker);
    sandbox.begin(worker);
  }

  /** Takes a sandbox out of its worker, where it has one. */
  leave(sandbox: Sandbox): void {
    const { id } = sandbox.plan;
    const worker = this.#places.get(id);
    if (!worker) return;
    this.#places.delete(id);
    worker.detach(id);
    worker.send({ type: 'dispose', sandbox: id });
    this.#pool.release(worker);
  }

  close(): void {
    this.#pool.close();
  }
}
