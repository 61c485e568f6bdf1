import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';

/**
 * Reads which process groups there are, until the pipe ends: then the host is gone, however it went, and so are they.
 * In a session of its own, so that what ends the host's group does not end it first.
 */
const GUARD = `trap '' HUP INT TERM
groups=' '
while read -r word group; do
  case $word in
    add) groups="$groups$group " ;;
    drop) groups="\${groups%% $group *} \${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group"; done`;

const guarded = new Set<number>();
let guard: ChildProcess | undefined;

/** Begins only when the host says so on file descriptor 3; what follows that line is for the program. A shell reads no further. */
const START = 'read -r go <&3 && exec "$@"';

/**
 * Starts bubblewrap in a process group that ends with this process, at whatever moment that dies. `--die-with-parent` alone
 * does not do it: the inner half of a bubblewrap that starts waits for a word of the outer one, and for ever when that was
 * killed, or met a closed pipe, before it said it. So it begins only when the guard knows of it.
 * @param options `stdio[3]` has to be a pipe, which is left to the caller
 */
export function spawnGuarded(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  if (!guard) startGuard();
  const child = spawn('/bin/sh', ['-c', START, 'sh', program, ...args], { ...options, detached: true });
  const { pid } = child;
  if (pid === undefined) return child;
  guarded.add(pid);
  tell(`add ${pid}\n`);
  const start = child.stdio[3] as Writable;
  start.on('error', () => {});
  start.write('\n');
  child.once('exit', () => {
    // The inner half may be there still.
    killGroup(pid);
    guarded.delete(pid);
    tell(`drop ${pid}\n`);
  });
  return child;
}

/** Ends both halves of a bubblewrap that `spawnGuarded` has started. */
export function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

function startGuard(): void {
  const started = spawn('/bin/sh', ['-c', GUARD], {
    cwd: '/',
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard = started;
  // Whoever is started next is guarded by another, which learns of the others too.
  const lost = () => {
    if (guard === started) guard = undefined;
  };
  started.on('error', lost).on('exit', lost).unref();
  started.stdin.on('error', lost);
  (started.stdin as Socket).unref();
  for (const pid of guarded) tell(`add ${pid}\n`);
}

function tell(line: string): void {
  guard?.stdin?.write(line);
}
