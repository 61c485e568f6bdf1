import { stripTypeScriptTypes } from 'node:module';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';

type Options = Parameters<typeof stripTypeScriptTypes>[1];
type Answer = { code: string } | { error: { message: string; code?: string; stack?: string } };

/** A worker that is silent for longer than this is ended by the supervisor, with every sandbox in it. */
const LONGEST_MS = 3_000;
/** What Node says of source that is wrong; everything else is its own failure. */
const ABOUT_SOURCE = new Set(['ERR_INVALID_TYPESCRIPT_SYNTAX', 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX']);

const THREAD = `
const { stripTypeScriptTypes } = require('node:module');
const { workerData: { port, done } } = require('node:worker_threads');
process.removeAllListeners('warning');
port.on('message', ({ source, options }) => {
  let answer;
  try {
    answer = { code: stripTypeScriptTypes(source, options) };
  } catch ({ message, code, stack }) {
    answer = { error: { message, code, stack } };
  }
  port.postMessage(answer);
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
});`;

let broken = false;
let thread: { worker: Worker; port: MessagePort; done: Int32Array } | undefined;

/**
 * Node's eraser of types is a WebAssembly program: source that is nested beyond its stack breaks it for every module that comes
 * after, of every sandbox in this process. Then another is taken, in a thread that can be replaced.
 * @throws Error with code `ERR_INVALID_TYPESCRIPT_SYNTAX` or `ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX`; RangeError when it is nested too deeply
 */
export function stripTypes(source: string, options: Options): string {
  if (broken) return stripInThread(source, options);
  try {
    return stripTypeScriptTypes(source, options);
  } catch (error) {
    if (ABOUT_SOURCE.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    broken = true;
    throw tooDeep();
  }
}

function stripInThread(source: string, options: Options): string {
  thread ??= startThread();
  const { worker, port, done } = thread;
  Atomics.store(done, 0, 0);
  port.postMessage({ source, options });
  Atomics.wait(done, 0, 0, LONGEST_MS);
  const answer = receiveMessageOnPort(port)?.message as Answer | undefined;
  if (answer && 'code' in answer) return answer.code;
  if (answer && ABOUT_SOURCE.has(answer.error.code ?? '')) throw Object.assign(new Error(), answer.error);
  thread = undefined;
  void worker.terminate();
  throw tooDeep();
}

function startThread(): NonNullable<typeof thread> {
  const { port1, port2 } = new MessageChannel();
  const done = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(THREAD, { eval: true, workerData: { port: port2, done }, transferList: [port2] });
  worker.unref();
  // What becomes of it is seen by its silence.
  worker.on('error', () => {});
  port1.unref();
  return { worker, port: port1, done };
}

function tooDeep(): RangeError {
  return new RangeError('The source is nested too deeply for its types to be taken out.');
}
