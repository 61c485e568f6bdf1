/**
 * The main thread of a process that replays a worker thread: starts a worker as the recorded one was, with the boundary (or
 * the agent) in front, and leaves when it has ended. What passed between the two comes from the log.
 */
import { SHARE_ENV, setEnvironmentData, Worker, type WorkerOptions } from 'node:worker_threads';
import { THREAD_VARIABLE, type ThreadRequest } from '../recording/threadRequest.ts';

const request = JSON.parse(process.env[THREAD_VARIABLE] ?? '{}') as ThreadRequest;
delete process.env[THREAD_VARIABLE];
for (const [key, text] of Object.entries(request.data)) setEnvironmentData(key, text);
start(request.options);

/** Options that belong to the process are refused by name: the process has them. */
function start(options: string[]): void {
  const { thread, bundle } = request;
  const { entry, kind, argv, hasStdin, name, stackSizeMb, sharesEnvironment } = thread;
  const settings: WorkerOptions = {
    eval: kind === 'code',
    argv,
    execArgv: ['--expose-internals', '-r', bundle, ...options],
    stdin: hasStdin,
    stdout: true,
    stderr: true,
    // Such variables have another order.
    ...(sharesEnvironment && { env: SHARE_ENV }),
    ...(name !== undefined && { name }),
    ...(stackSizeMb !== undefined && { resourceLimits: { stackSizeMb } }),
  };
  let worker: Worker;
  try {
    worker = new Worker(kind === 'data' ? new URL(entry) : entry, settings);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const refused = message.slice(message.indexOf(': ') + 2).split(', ');
    const kept = options.filter((word) => !refused.includes(word));
    if (code !== 'ERR_WORKER_INVALID_EXEC_ARGV' || kept.length === options.length) throw error;
    return start(kept);
  }
  worker.on('exit', (code) => process.exit(code));
}
