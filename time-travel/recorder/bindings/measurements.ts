/**
 * What a program asks of another thread: its heap, times and profiles. Each question gives a native object whose `ondone` is
 * called with the answer; the classes of these objects, and of a snapshot that is read as a stream, are exported nowhere.
 */
import {
  defineProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  reflectApply,
  SafeWeakMap,
} from '../../recording/safeBuiltins.ts';
import { recording } from '../boundaryState.ts';
import type { ClassOptions } from '../calls/nativeClasses.ts';
import { wrapClassOf } from '../calls/nativeClasses.ts';
import { disguise } from '../disguise/disguise.ts';
import { EVENT_SHARED } from '../memory/streamState.ts';
import { internalBinding, type NativeClass, type NativeFunction } from '../start/natives.ts';

const QUESTION = 'WorkerQuestion';
const SNAPSHOT = 'HeapSnapshotStream';
const METHODS = [
  'getHeapStatistics',
  'cpuUsage',
  'startCpuProfile',
  'stopCpuProfile',
  'startHeapProfile',
  'stopHeapProfile',
];
const STREAM: ClassOptions = { specOf: () => ({ shared: EVENT_SHARED }), shared: EVENT_SHARED };

/** Before the class of workers is put behind the boundary. */
export function wrapMeasurements(): void {
  const prototype = (internalBinding('worker').Worker as NativeClass).prototype as Record<string, NativeFunction>;
  if (!recording()) {
    standFor(QUESTION, []);
    standForSnapshots();
    return;
  }
  for (let i = 0; i < METHODS.length; i++) afterEach(prototype, METHODS[i]!, (result) => adopt(result, QUESTION));
  afterEach(prototype, 'takeHeapSnapshot', (question) => {
    adopt(question, QUESTION);
    adoptAnswer(question);
  });
}

/** A snapshot of this thread itself. Before `v8` is loaded. */
export function wrapOwnSnapshots(): void {
  if (!recording()) return standForSnapshots();
  const binding = internalBinding('heap_utils') as Record<string, NativeFunction>;
  afterEach(binding, 'createHeapSnapshotStream', (stream) => adopt(stream, SNAPSHOT, STREAM));
}

function afterEach(holder: Record<string, NativeFunction>, name: string, look: (result: object) => void): void {
  const native = holder[name];
  if (!native) return;
  const { call } = {
    call(this: unknown, ...args: unknown[]): unknown {
      const result = reflectApply(native, this, args);
      if (typeof result === 'object' && result !== null) look(result);
      return result;
    },
  };
  defineProperty(holder, name, { ...getOwnPropertyDescriptor(holder, name), value: disguise(call, native) });
}

const adopted = new SafeWeakMap<object, true>();

/** Recording: puts the class of the object behind the boundary when the first one is seen. */
function adopt(object: object, name: string, options?: ClassOptions): void {
  const prototype = getPrototypeOf(object) as object;
  if (adopted.has(prototype)) return;
  adopted.set(prototype, true);
  wrapClassOf({ prototype, name } as unknown as NativeClass, name, options);
}

/** Recording: the snapshot has to have its class before the event that brings it is written. */
function adoptAnswer(question: object): void {
  const { get, set } = getOwnPropertyDescriptor(getPrototypeOf(question), 'ondone')!;
  const { answered } = {
    answered(this: unknown, ...args: unknown[]): unknown {
      if (typeof args[0] === 'object' && args[0] !== null) adopt(args[0], SNAPSHOT, STREAM);
      return reflectApply(reflectApply(get!, question, []) as NativeFunction, this, args);
    },
  };
  defineProperty(question, 'ondone', {
    get: () => answered,
    set: (handler) => reflectApply(set!, question, [handler]),
    configurable: true,
  });
}

/** Replay: the class of objects that no native code makes here. */
function standFor(name: string, methods: readonly string[], options?: ClassOptions): void {
  const prototype: Record<string, NativeFunction> = {};
  for (let i = 0; i < methods.length; i++) prototype[methods[i]!] = () => undefined;
  wrapClassOf({ prototype, name } as unknown as NativeClass, name, options);
}

let snapshots = false;
function standForSnapshots(): void {
  if (!snapshots) standFor(SNAPSHOT, ['readStart', 'readStop'], STREAM);
  snapshots = true;
}
