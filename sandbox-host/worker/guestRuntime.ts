import type IsolatedVM from 'isolated-vm';
import { RUNTIME_NAME } from './guestError.ts';

/** The way into a guest. */
export type Enter = IsolatedVM.Reference<(kind: string, text: string, number: number) => string | undefined>;

/** What the runtime holds of the host: none of it is reachable from guest code. */
export interface RuntimeDoors {
  /** The function that everything goes through; the guest's thread waits for it. */
  send: IsolatedVM.Callback;
  /** Waits for a module's source, for `require`. */
  loadSync: IsolatedVM.Reference;
  boot: string;
  /** Says the answer to a question; the guest's thread goes on meanwhile. Undefined: `send` says it, in its order. */
  answer: IsolatedVM.Callback | undefined;
}

const START = `'use strict';
const wait = $1.applySyncPromise;
const load = $1;
const { apply } = Reflect;
const { eval: run } = globalThis;
const loadSync = (specifier, referrer) => apply(wait, load, [undefined, [specifier, referrer]]);
return run($3).start($0, loadSync, $2, $4);`;

/**
 * The guest runtime for all isolates of this worker: V8 reads it from one place, where a text given to each would be copied.
 * @param source declares `apexGuest` with `start`
 */
export function shareRuntime(ivm: typeof IsolatedVM, source: string): IsolatedVM.ExternalCopy<string> {
  return new ivm.ExternalCopy(`${source}\napexGuest\n//# sourceURL=${RUNTIME_NAME}`);
}

/** @param runtime what `shareRuntime` gives */
export async function startRuntime(
  context: IsolatedVM.Context,
  runtime: IsolatedVM.ExternalCopy<string>,
  { send, loadSync, boot, answer }: RuntimeDoors,
): Promise<Enter> {
  const enter = await context.evalClosure(START, [send, loadSync, boot, runtime.copyInto(), answer], {
    result: { reference: true },
    filename: RUNTIME_NAME,
  });
  return enter as Enter;
}
