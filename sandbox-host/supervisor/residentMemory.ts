import { readFileSync } from 'node:fs';

const PAGE = 4096;

/**
 * Resident bytes of a process, or undefined where the system does not tell (`/proc` is Linux only).
 * Field 2 of /proc/PID/statm counts pages; the page of x64 and arm64 kernels that Node supports is 4 KiB unless configured otherwise.
 */
export function residentBytes(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * PAGE;
  } catch {
    return undefined;
  }
}
