/**
 * Memory that the recorded thread shares with its workers. They write into it while they run; in replay there are none. So
 * what has changed travels in the log at the moments at which a program that is right can look: when a message arrives, and
 * in every function of `Atomics`. A program that only looks with plain reads sees the last of these moments in replay.
 */
import {
  defineProperty,
  getOwnPropertyDescriptor,
  isAnyArrayBuffer,
  isArray,
  isView,
  objectKeys,
  reflectApply,
  SafeWeakMap,
  subarray,
  typedArraySet,
} from '../../recording/safeBuiltins.ts';
import { recording } from '../boundaryState.ts';
import { disguise } from '../disguise/disguise.ts';
import { exchangeFact } from '../start/facts.ts';
import { nodeRequire } from '../start/natives.ts';
import {
  applyEnvironmentChanges,
  type EnvironmentChanges,
  environmentIsShared,
  takeEnvironmentChanges,
} from './sharedEnvironment.ts';

interface Memory {
  bytes: Uint8Array;
  /** The content as the log has it. */
  logged: Uint8Array;
}
/** Number of the memory, first byte that changed, the bytes from there to the last that changed. */
type Change = [memory: number, at: number, bytes: Uint8Array];

const memories: Memory[] = [];
/** Place among the memories. */
const known = new SafeWeakMap<object, number>();
/**
 * Node's own thread for module hooks wakes the main thread with this memory, which waits with an `Atomics.wait` that cannot
 * be replaced. In replay each request changes the memory itself, so that the wait finds another value and returns at once.
 */
let hookLock: Int32Array | undefined;

/** Values looked at in one message: memory lies near its top. */
const LONGEST_LOOK = 200;

/** Both modes: takes note of the memory in a message to another thread. */
export function noteSharedMemory(message: unknown): void {
  if (typeof message !== 'object' || message === null) return;
  if (!hookLock) {
    hookLock = lockOfHooks(message);
    if (hookLock) askHooksInTurn();
  }
  const seen: unknown[] = [message];
  for (let i = 0; i < seen.length; i++) {
    const value = seen[i];
    if (typeof value !== 'object' || value === null) continue;
    const memory = sharedMemoryOf(value);
    if (memory) addMemory(memory);
    else if (!isView(value) && !isAnyArrayBuffer(value)) addParts(value, seen);
  }
  wakeFromHooks();
}

/** Replay: the next wait for the hooks' thread returns at once. */
function wakeFromHooks(): void {
  if (hookLock && !recording()) for (let i = 0; i < hookLock.length; i++) hookLock[i]!++;
}

function sharedMemoryOf(value: object): SharedArrayBuffer | undefined {
  let buffer: unknown = value;
  if (isView(value)) buffer = (value as Uint8Array).buffer;
  else if (typeof WebAssembly !== 'undefined' && value instanceof WebAssembly.Memory) buffer = value.buffer;
  return buffer instanceof SharedArrayBuffer ? buffer : undefined;
}

/** The values of its own plain properties: asking an accessor would show. */
function addParts(value: object, seen: unknown[]): void {
  if (isArray(value) && value.length > LONGEST_LOOK) return;
  const keys = objectKeys(value);
  for (let i = 0; i < keys.length && seen.length < LONGEST_LOOK; i++) {
    const part: unknown = getOwnPropertyDescriptor(value, keys[i]!)?.value;
    if (typeof part === 'object' && part !== null) seen[seen.length] = part;
  }
}

function addMemory(buffer: SharedArrayBuffer): void {
  if (known.has(buffer) || hookLock?.buffer === buffer) return;
  const { bytes, logged } = keep(buffer);
  typedArraySet(logged, bytes);
}

function keep(buffer: SharedArrayBuffer): Memory {
  const bytes = new Uint8Array(buffer);
  const memory = { bytes, logged: new Uint8Array(bytes.length) };
  known.set(buffer, memories.length);
  memories[memories.length] = memory;
  return memory;
}

/** Recording: the number of memory that comes from another thread. The log has nothing of what is in it yet. */
export function memoryNumber(buffer: SharedArrayBuffer): number {
  if (!known.has(buffer)) keep(buffer);
  return known.get(buffer)!;
}

/** Replay: the memory with this number, which is empty when it comes for the first time. */
export function memoryOf(number: number, length: number): SharedArrayBuffer | undefined {
  if (number < memories.length) return memories[number]!.bytes.buffer as SharedArrayBuffer;
  if (number > memories.length) return undefined;
  try {
    return keep(new SharedArrayBuffer(length)).bytes.buffer as SharedArrayBuffer;
  } catch {
    return undefined;
  }
}

/** The first message to a thread of Node's own says what it runs. */
function lockOfHooks(message: object): Int32Array | undefined {
  const { doEval, workerData } = message as { doEval?: unknown; workerData?: { lock?: unknown } };
  if (doEval !== 'internal' || !(workerData?.lock instanceof SharedArrayBuffer)) return undefined;
  return new Int32Array(workerData.lock);
}

/**
 * When the answer of a module hook wakes the main thread is a matter of chance, and nothing that can be logged. In both modes
 * each request waits for its answer, as those of `require` do anyway.
 */
function askHooksInTurn(): void {
  const { HooksProxy, AsyncLoaderHookWorker } = nodeRequire('internal/modules/esm/hooks') as Record<
    string,
    { prototype: HookRequests } | undefined
  >;
  const requests = (AsyncLoaderHookWorker ?? HooksProxy)?.prototype;
  if (!requests) return;
  requests.makeAsyncRequest = async function (...args) {
    try {
      return this.makeSyncRequest(...args);
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_ASYNC_LOADER_REQUEST_NEVER_SETTLED') throw error;
      return new Promise(() => {});
    }
  };
}

interface HookRequests {
  makeSyncRequest(method: string, transferList: unknown, ...args: unknown[]): unknown;
  makeAsyncRequest(method: string, transferList: unknown, ...args: unknown[]): Promise<unknown>;
}

/** Recording: what has changed since this was last asked; undefined for nothing. */
export function takeMemoryChanges(): (Change | EnvironmentChanges)[] | undefined {
  const environment = takeEnvironmentChanges();
  let changes: (Change | EnvironmentChanges)[] | undefined = environment && [environment];
  for (let i = 0; i < memories.length; i++) {
    const { bytes, logged } = memories[i]!;
    let from = 0;
    while (from < bytes.length && bytes[from] === logged[from]) from++;
    if (from === bytes.length) continue;
    let to = bytes.length;
    while (bytes[to - 1] === logged[to - 1]) to--;
    // A copy: the worker goes on writing.
    const changed = new Uint8Array(to - from);
    typedArraySet(changed, subarray(bytes, from, to));
    typedArraySet(logged, changed, from);
    changes ??= [];
    changes[changes.length] = [i, from, changed];
  }
  return changes;
}

/** Replay: brings the memory to where it was. */
export function applyMemoryChanges(changes: unknown): void {
  wakeFromHooks();
  if (!changes) return;
  for (let i = 0; i < (changes as Change[]).length; i++) {
    const change = (changes as (Change | EnvironmentChanges)[])[i]!;
    if (!isArray(change)) {
      applyEnvironmentChanges(change);
      continue;
    }
    const bytes = memories[change[0]]?.bytes;
    if (bytes && change[1] + change[2].length <= bytes.length) typedArraySet(bytes, change[2], change[1]);
  }
}

/** Both modes, at a moment at which the program may look: nothing is logged where no memory is shared. */
export function exchangeMemory(): void {
  if (memories.length > 0 || environmentIsShared())
    applyIfReplay(exchangeFact(recording() ? takeMemoryChanges() : undefined));
}

function applyIfReplay(changes: unknown): void {
  if (!recording()) applyMemoryChanges(changes);
}

/** `wait` is a call out like others: see `bindings/messages.ts`. */
const OPERATIONS = ['add', 'and', 'compareExchange', 'exchange', 'load', 'notify', 'or', 'store', 'sub', 'xor'];

export function installSharedMemory(): void {
  for (const name of OPERATIONS) {
    const descriptor = getOwnPropertyDescriptor(Atomics, name);
    if (!descriptor) continue;
    const native = descriptor.value as (...args: unknown[]) => unknown;
    const { operation } = {
      operation(this: unknown, ...args: unknown[]): unknown {
        if (memories.length === 0 || !isTracked(args[0])) return reflectApply(native, this, args);
        return exchangeOperation(native, args);
      },
    };
    defineProperty(Atomics, name, { ...descriptor, value: disguise(operation, native) });
  }
}

function isTracked(view: unknown): boolean {
  if (!isView(view)) return false;
  const { buffer } = view as Uint8Array;
  return known.has(buffer);
}

/** The result of the operation and the memory after it, from the log in replay. */
function exchangeOperation(native: (...args: unknown[]) => unknown, args: unknown[]): unknown {
  // It runs in replay too, so that wrong arguments throw in both modes.
  const result = reflectApply(native, Atomics, args);
  const logged = exchangeFact([result, recording() ? takeMemoryChanges() : undefined]) as unknown[];
  applyIfReplay(logged[1]);
  return logged[0];
}
