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

const LONGEST_MS = 10;
/** What a process may touch in a millisecond, in bytes: the kernel hands out zeroed pages at some 2 to 4 GiB/s. */
const FASTEST_GROWTH = 4 << 20;

/** How long a process that may still grow by `left` bytes can go unwatched, in ms: half of what it needs for that at its fastest. */
export function untilNextLook(left: number): number {
  return Math.min(LONGEST_MS, Math.max(1, Math.floor(left / FASTEST_GROWTH / 2)));
}
