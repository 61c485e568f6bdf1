import { type ChildProcess, type SpawnOptions, spawnSync } from 'node:child_process';
import type { Writable } from 'node:stream';
import { spawnGuarded } from './hostGuard.ts';
import { seccompFilter } from './seccompFilter.ts';
import { findBubblewrap, findOnPath, linkedLibraries } from './workerCommand.ts';

/** What a program within the OS sandbox sees of the machine, under its own names. */
export interface ConfinedWorld {
  readOnly: readonly string[];
  /** Folders that it may write to. */
  writable: readonly string[];
  /** Memory that it may have written to, and the longest file that it may write, in bytes. */
  memory: number;
  fileSize: number;
}

let works: boolean | undefined;

/** Whether programs can be started in the OS sandbox of this machine: user namespaces may be switched off. */
export function canConfine(): boolean {
  works ??= process.platform === 'linux' && seccompFilter() !== undefined && bubblewrapWorks();
  return works;
}

function bubblewrapWorks(): boolean {
  const bwrap = findBubblewrap();
  if (!bwrap) return false;
  const args = ['--unshare-all', '--ro-bind', '/', '/', '--', process.execPath, '--version'];
  return spawnSync(bwrap, args, { stdio: 'ignore', timeout: 10_000 }).status === 0;
}

/**
 * Starts a Node program as `spawn` would, but within the walls of a sandbox worker: namespaces of its own without a network,
 * no capabilities, the seccomp filter, and of the machine's files only those that are named. To be asked for after `canConfine`.
 */
export function spawnConfined(
  program: string,
  words: readonly string[],
  { stdio, env, cwd }: SpawnOptions,
  { readOnly, writable, memory, fileSize }: ConfinedWorld,
): ChildProcess {
  const folder = String(cwd ?? '/');
  const args = [
    ...['--unshare-all', '--die-with-parent', '--new-session', '--as-pid-1', '--cap-drop', 'ALL', '--hostname', 'apex'],
    // Before what is bound: it may lie inside.
    ...['--dir', folder],
    ...[...linkedLibraries(), program, ...readOnly].flatMap((path) => ['--ro-bind', path, path]),
    ...writable.flatMap((path) => ['--bind', path, path]),
    // What the way here leaves in the environment.
    ...['PATH', 'OLDPWD', 'SHLVL', '_'].flatMap((name) => ['--unsetenv', name]),
    ...['--remount-ro', '/', '--chdir', folder, '--seccomp', '3', '--', program, ...words],
  ];
  const plain = Array.isArray(stdio) ? stdio : [stdio, stdio, stdio];
  // The kernel holds what follows to it. Where util-linux is missing, only the time that it gets bounds it.
  const limits = [`--data=${memory}`, `--fsize=${fileSize}`, '--core=0', '--'];
  const bwrap = findBubblewrap()!;
  const [first, ...rest] = findOnPath('prlimit') ? ['prlimit', ...limits, bwrap, ...args] : [bwrap, ...args];
  const surroundings = { cwd: '/', env: { ...env, PATH: process.env.PATH } };
  const child = spawnGuarded(first!, rest, { ...surroundings, stdio: [...plain, 'pipe' as const] });
  (child.stdio[3] as Writable).end(seccompFilter());
  return child;
}
