/**
 * What a worker thread has when its boundary is armed: Node has handled a part of the message that tells it what to run.
 * Recording, the ports and data that came with it are taken note of; replaying, what came with the message of the replay's
 * own main thread is replaced.
 */
import { defineProperty, getOwnPropertyDescriptor, isArray } from '../../recording/safeBuiltins.ts';
import { cloneOf, contentOf } from '../bindings/clones.ts';
import { adoptPort } from '../bindings/threadPorts.ts';
import { exchangeGiven } from '../bindings/transferables.ts';
import { recording } from '../boundaryState.ts';
import { wrapCall } from '../calls/calls.ts';
import { disguise } from '../disguise/disguise.ts';
import { shareEnvironment } from '../memory/sharedEnvironment.ts';
import { exchangeMemory } from '../memory/sharedMemory.ts';
import { exchangeFact } from '../start/facts.ts';
import { internalBinding, type NativeClass, type NativeFunction, nodeRequire } from '../start/natives.ts';
import { BOUNDARY_VARIABLE, type BoundaryOrder } from '../start/order.ts';
import { DATA_KEYS } from './threads.ts';

interface EnvironmentData {
  getEnvironmentData(key: unknown): unknown;
  setEnvironmentData(key: unknown, value: unknown): void;
}
interface PublicModule {
  workerData: unknown;
  parentPort: object;
}

/** Recording: of the environment data that the program has given the thread. */
let dataKeys: unknown[] = [];

/** Before anything else: the program shall not find the order. */
export function hideThreadOrder(order: BoundaryOrder): void {
  const { getEnvironmentData, setEnvironmentData } = nodeRequire<EnvironmentData>('internal/worker');
  const keys = getEnvironmentData(DATA_KEYS);
  if (isArray(keys)) dataKeys = keys;
  setEnvironmentData(BOUNDARY_VARIABLE, undefined);
  setEnvironmentData(DATA_KEYS, undefined);
  if (order.execArgv) process.execArgv = order.execArgv;
}

/** Both modes, when the bindings are behind the boundary. @param sharesEnvironment while recording; a replay finds it in the log */
export function installThread(sharesEnvironment: boolean): void {
  if (exchangeFact(sharesEnvironment)) shareEnvironment();
  const { getEnvMessagePort } = internalBinding('worker') as { getEnvMessagePort(): object };
  const publicModule = nodeRequire<PublicModule>('worker_threads');
  adoptPort(getEnvMessagePort());
  adoptPort(publicModule.parentPort);
  const mainThreadPort = portToMainThread();
  if (mainThreadPort) adoptPort(mainThreadPort);
  exchangeNumbers(publicModule as unknown as Record<string, unknown>);
  exchangeGiven(publicModule.workerData);
  publicModule.workerData = contentOf(exchangeFact(cloneOf(publicModule.workerData)));
  exchangeEnvironmentData();
  exchangeMemory();
  wrapFolder();
}

function exchangeEnvironmentData(): void {
  const { getEnvironmentData, setEnvironmentData } = nodeRequire<EnvironmentData>('internal/worker');
  const entries: [key: unknown, value: unknown][] = [];
  for (let i = 0; i < dataKeys.length; i++) entries[i] = [dataKeys[i], getEnvironmentData(dataKeys[i])];
  const recorded = contentOf(exchangeFact(cloneOf(entries))) as typeof entries;
  if (recording()) return;
  for (let i = 0; i < recorded.length; i++) setEnvironmentData(recorded[i]![0], recorded[i]![1]);
}

/** Node's library keeps the port for `postMessageToThread` to itself, but sends a message on it when it is asked to. */
function portToMainThread(): object | undefined {
  const { MessagePort } = internalBinding('messaging') as { MessagePort: NativeClass };
  const prototype = MessagePort.prototype as { postMessage: unknown };
  const { postMessage } = prototype;
  let port: object | undefined;
  prototype.postMessage = function (this: object) {
    port = this;
  };
  try {
    nodeRequire<{ destroyMainThreadPort(threadId: number): void }>('internal/worker/messaging').destroyMainThreadPort(
      -1,
    );
  } catch {
    // This Node has no such port.
  } finally {
    prototype.postMessage = postMessage;
  }
  return port;
}

/** The number, name and limits of the thread, which Node has put into its modules. */
function exchangeNumbers(publicModule: Record<string, unknown>): void {
  const internal = nodeRequire<Record<string, unknown>>('internal/worker');
  const names = ['threadId', 'threadName', 'resourceLimits'];
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    const value = exchangeFact(internal[name]);
    if (recording()) continue;
    internal[name] = value;
    const descriptor = getOwnPropertyDescriptor(publicModule, name);
    if (descriptor) defineProperty(publicModule, name, { ...descriptor, value });
    if (name in internalBinding('worker')) internalBinding('worker')[name] = value;
  }
}

/** Node keeps the folder until a counter says that the main thread has changed it: when that shows is a matter of chance. */
function wrapFolder(): void {
  const { cwd } = process;
  process.cwd = disguise(wrapCall(cwd as NativeFunction, 'process.cwd'), cwd) as typeof process.cwd;
}
