/** What Node does at its start for a child that talks to its parent, done when the boundary is armed. */
import type { Channel } from '../../recording/layout.ts';
import { nodeRequire } from '../start/natives.ts';

/** As `setupChildProcessIpcChannel` and `initializeClusterIPC` in `internal/process/pre_execution`. */
export function openParentChannel({ fd, serialization, workerId }: Channel): void {
  nodeRequire<{ _forkChild(fd: number, mode: string): void }>('child_process')._forkChild(fd, serialization);
  if (workerId === undefined) return;
  process.env.NODE_UNIQUE_ID = workerId;
  if (process.argv[1]) {
    nodeRequire<{ _setupWorker(): void }>('cluster')._setupWorker();
    delete process.env.NODE_UNIQUE_ID;
  }
}
