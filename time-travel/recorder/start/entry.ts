/**
 * Loaded through `NODE_OPTIONS` by a Node that a recorded program started indirectly, for example by a shell. The boundary
 * needs an option that `NODE_OPTIONS` may not hold, so that Node becomes itself again, with that option.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { unrecordedPath } from '../../recording/layout.ts';
import { preload, withNodeOptions } from '../../recording/nodeOptions.ts';
import { BOUNDARY_VARIABLE, type BoundaryOrder, formatOrder, parseOrder } from './order.ts';

const MAJORS = ['22', '24', '26'];
const { execve } = process as { execve?(file: string, args: string[], env: NodeJS.ProcessEnv): never };
const order = parseOrder(process.env[BOUNDARY_VARIABLE]);
delete require.cache[__filename];
if (order) {
  delete process.env[BOUNDARY_VARIABLE];
  if (order.nodeOptions === undefined) delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = order.nodeOptions;
  const supported = MAJORS.includes(process.versions.node.split('.')[0] ?? '');
  if (execve && supported && isMainThread && !process.channel) startAgain(order);
  else if (!supported && isMainThread) noteUnrecorded(order);
}

/** So that a person who misses the process in the recording is told why. */
function noteUnrecorded({ folder }: BoundaryOrder): void {
  try {
    const note = JSON.stringify({ node: process.version, words: commandLine() });
    appendFileSync(unrecordedPath(folder), `${note}\n`);
  } catch {
    // The folder is gone, the disk is full, or the process may not write: it runs as it would.
  }
}

function startAgain(known: BoundaryOrder): void {
  const words = commandLine();
  // Node says that `execve` is experimental.
  process.emitWarning = () => undefined;
  const first = preload(join(__dirname, 'boundary.cjs'), known.nodeOptions);
  const args = [words[0]!, ...first.words, ...words.slice(1)];
  const env = withNodeOptions(process.env, first.nodeOptions);
  execve!.call(process, process.execPath, args, { ...env, [BOUNDARY_VARIABLE]: formatOrder(known) });
}

/** The words as they were typed: Node has made the path of the script absolute in its own copy. */
function commandLine(): string[] {
  try {
    return readFileSync('/proc/self/cmdline', 'utf8').split('\0').slice(0, -1);
  } catch {
    return [process.argv0, ...process.execArgv, ...process.argv.slice(1)];
  }
}
