import { readFileSync } from 'node:fs';

/**
 * Whether a process runs. One that has ended does not, also when nobody has read its exit code: in a container whose first
 * program reads none of them such processes stay for ever, and a signal still reaches them.
 */
export function isRunning(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return process.platform !== 'linux' || !isZombie(pid);
}

/** The state follows the name of the program, which may itself hold brackets: proc_pid_stat(5). */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    // It has ended while we looked, or /proc is hidden: then the signal has the last word.
    return false;
  }
}
