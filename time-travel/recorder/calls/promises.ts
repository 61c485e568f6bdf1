/** Promises that native code settles, such as those of `fs.promises`. */
import { EventKind, Flag } from '../../recording/entryKinds.ts';
import { promiseThen, SafeMap } from '../../recording/safeBuiltins.ts';
import { state } from '../boundaryState.ts';
import { beginEvent, endEvent } from '../events/eventWriting.ts';
import { takePendingOfPromise, writeFill } from './fills.ts';

export interface PendingPromise {
  promise: Promise<unknown>;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

let lastId = 0;
let lastSeen = 0;
const pending = new SafeMap<number, PendingPromise>();

/** Recording: our reaction is attached before the program's, so it runs first and the settlement is an event. */
export function watchPromise(promise: Promise<unknown>): number {
  const id = ++lastId;
  lastSeen = id;
  promiseThen(
    promise,
    (value) => logSettlement(id, 0, value),
    (reason) => logSettlement(id, 1, reason),
  );
  return id;
}

function logSettlement(id: number, rejected: number, value: unknown): void {
  const views = takePendingOfPromise(id);
  beginEvent(EventKind.promise, views && !rejected ? Flag.fill : 0);
  const { encoder } = state.writer;
  encoder.varint(id);
  encoder.byte(rejected);
  encoder.value(value);
  if (views && !rejected) writeFill(views, value);
  endEvent();
}

/** Replay: the stand-in that its event will settle. */
export function promiseOf(id: number): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  pending.set(id, { promise, resolve, reject });
  lastSeen = id;
  return promise;
}

/** Id of the promise that crossed last. */
export const lastPromise = (): number => lastSeen;

export function takePromise(id: number): PendingPromise | undefined {
  const promise = pending.get(id);
  pending.delete(id);
  return promise;
}
