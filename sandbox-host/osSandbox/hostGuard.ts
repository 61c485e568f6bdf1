import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

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

/**
 * Lets a bubblewrap that was started with `detached` end with this process, at whatever moment that dies. `--die-with-parent`
 * alone does not: the inner half of a bubblewrap that starts waits for a word of the outer one, and for ever when that was
 * killed, or met a closed pipe, before it said it. To be called before it is given what it waits for (its seccomp filter).
 */
export function endWithHost(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  guarded.add(pid);
  if (guard) tell(`add ${pid}\n`);
  else startGuard();
  child.once('exit', () => {
    // The inner half may be there still.
    killGroup(pid);
    guarded.delete(pid);
    tell(`drop ${pid}\n`);
  });
}

/** Ends both halves of a bubblewrap that was started with `detached`. */
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
