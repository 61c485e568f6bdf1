import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';

let available = process.platform === 'linux';

/**
 * Lets the kernel hold a running process: its private writable memory (RLIMIT_DATA; RLIMIT_AS is of no use, V8 reserves far
 * more than it touches) to what it has now plus `bytes`, no core files, no writing of files, few descriptors.
 * Uses `prlimit` of util-linux; where there is none the supervisor's own watch on resident memory stands alone.
 * @returns true when the limits are in force
 */
export function limitProcess(pid: number, bytes: number): Promise<boolean> {
  const data = dataBytes(pid);
  if (!available || data === undefined) return Promise.resolve(false);
  const limits = [`--data=${data + Math.ceil(bytes)}`, '--core=0', '--fsize=0', '--nofile=128'];
  return new Promise((resolve) => {
    execFile('prlimit', ['--pid', String(pid), ...limits], (error) => {
      if (error && (error as NodeJS.ErrnoException).code === 'ENOENT') available = false;
      resolve(!error);
    });
  });
}

/** Private writable memory of a process in bytes (`VmData` of /proc/PID/status). */
function dataBytes(pid: number): number | undefined {
  try {
    const field = /^VmData:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return field ? Number(field[1]) * 1024 : undefined;
  } catch {
    return undefined;
  }
}
