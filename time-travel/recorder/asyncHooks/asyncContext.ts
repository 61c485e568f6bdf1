/**
 * Asynchronous context in replay. A native object carries an async id, the id of what triggered it, and the context frame
 * in which it was made, and native code enters these before it calls a handler. The stand-ins of replay get the same here.
 */
import { reflectApply, reflectConstruct } from '../../recording/safeBuiltins.ts';
import { internalBinding, type NativeClass, type NativeFunction, nodeRequire } from '../start/natives.ts';
import { asyncIdCounter } from './asyncIds.ts';
import { type AsyncContext, contexts } from './contexts.ts';

interface ContextFrame {
  current(): unknown;
  set(frame: unknown): void;
}
interface AsyncHooks {
  emitInit(id: number, type: string, trigger: number, resource: object): void;
  emitBefore(id: number, trigger: number, resource: object): void;
  emitAfter(id: number): void;
  getDefaultTriggerAsyncId(): number;
  initHooksExist(): boolean;
}

/** Replay: who wants to know where each call of native code comes from. */
export interface OriginTracker {
  /** What stands for the present moment, at which a native object or function of this type is taken into use. */
  capture(type: string): unknown;
  /** Runs `work`, which native code calls, as what was captured. */
  within(origin: unknown, work: () => void): void;
}

let origins: OriginTracker | undefined;

export function trackOrigins(tracker: OriginTracker): void {
  origins = tracker;
}

export type { AsyncContext };

const hooks = nodeRequire<AsyncHooks>('internal/async_hooks');
let frames: ContextFrame | undefined | false;

function contextFrames(): ContextFrame | undefined {
  if (frames === undefined) {
    const frame = nodeRequire<ContextFrame & { enabled?: boolean }>('internal/async_context_frame');
    frames = frame.enabled ? frame : false;
  }
  return frames || undefined;
}

/** Taken before anything is patched. */
const { getAsyncId } = (internalBinding('fs').FSReqCallback as NativeClass).prototype as Record<string, NativeFunction>;

/** The context of a stand-in, or of a real native object that is as it was while recording. */
export function contextOf(object: object, standsIn: boolean): AsyncContext {
  const known = contexts.get(object);
  if (known) return known;
  const id = standsIn ? 0 : nativeId(object);
  const trigger = hooks.getDefaultTriggerAsyncId();
  const origin = origins?.capture(typeOf(object));
  return { origin, frame: contextFrames()?.current(), id: id > 0 ? id : 0, trigger, resource: object };
}

/** To ask native code for the number of a stand-in is slow: it answers with an error, and that with a stack. */
function nativeId(object: object): number {
  try {
    return reflectApply(getAsyncId!, object, []) as number;
  } catch {
    return 0; // No native object.
  }
}

/** The context in which native code calls a function on one of its objects. @param passed that of the function */
export function contextOfCall(object: object, standsIn: boolean, passed: AsyncContext): AsyncContext {
  const own = contexts.get(object);
  if (own) return own;
  const { id, trigger, resource } = contextOf(object, standsIn);
  return id > 0 ? { origin: passed.origin, frame: passed.frame, id, trigger, resource } : passed;
}

/** The context of something that is no resource of its own. */
export const presentContext = (resource: object): AsyncContext => ({
  origin: origins?.capture(''),
  frame: contextFrames()?.current(),
  id: 0,
  trigger: 0,
  resource,
});

const { async_hook_fields: hookFields, constants } = internalBinding('async_wrap') as {
  async_hook_fields: Uint32Array;
  constants: { kInit: number };
};

/** Recording: makes a native object without the program's `init` hooks. */
export function withoutInitHooks<Result>(make: () => Result): Result {
  const count = hookFields[constants.kInit]!;
  hookFields[constants.kInit] = 0;
  try {
    return make();
  } finally {
    hookFields[constants.kInit] = count;
  }
}

let constructing = 0;
/** Recording: true while JavaScript makes a native object. */
export const isConstructing = (): boolean => constructing > 0;

/** Recording: makes a native object of which the library tells in replay. */
export function whileConstructing<Result>(make: () => Result): Result {
  if (hookFields[constants.kInit] === 0) return make();
  constructing++;
  try {
    return make();
  } finally {
    constructing--;
  }
}

/** Recording: makes a native object of a kind that the log knows. */
export function constructAgain(type: NativeClass, args: unknown[]): object {
  if (hookFields[constants.kInit] === 0) {
    return args.length === 0 ? new type() : (reflectConstruct(type, args, type) as object);
  }
  return whileConstructing(() => reflectConstruct(type, args, type) as object);
}

/** Recording: tells the hooks of the native object that was made last. */
export function announceResource(object: object, type: string): void {
  if (!hooks.initHooksExist()) return;
  whileConstructing(() => hooks.emitInit(asyncIdCounter(), type, hooks.getDefaultTriggerAsyncId(), object));
}

/** A stand-in was made: it takes the async id that its constructor just took from the counter. */
export function enterResource(object: object, type: string): void {
  const id = asyncIdCounter();
  const trigger = hooks.getDefaultTriggerAsyncId();
  const origin = origins?.capture(type);
  contexts.set(object, { origin, frame: contextFrames()?.current(), id, trigger, resource: object });
  if (hooks.initHooksExist()) hooks.emitInit(id, type, trigger, object);
}

/** Replay: native code has made or numbered the object. */
export function enterNative(object: object, id: number, trigger: number): void {
  const origin = origins?.capture(typeOf(object));
  contexts.set(object, { origin, frame: contextFrames()?.current(), id, trigger, resource: object });
}

const typeOf = (object: object): string => String((object as { constructor?: { name?: unknown } }).constructor?.name);

/** Replay: native code numbered a request within the call that took it, unless it had a number. */
export function numberRequest(object: object, id: number): void {
  if (!contexts.get(object)) enterNative(object, id, hooks.getDefaultTriggerAsyncId());
}

/** The context of a stand-in that has a number. */
export const ownContext = (object: object): AsyncContext | undefined => contexts.get(object);

/** Runs `work` as native code would call a handler of the resource. */
export function runInContext(context: AsyncContext | undefined, work: () => void): void {
  if (origins) return origins.within(context?.origin, () => enterContext(context, work));
  enterContext(context, work);
}

function enterContext(context: AsyncContext | undefined, work: () => void): void {
  if (!context) return work();
  const contextFrame = contextFrames();
  const before = contextFrame?.current();
  contextFrame?.set(context.frame);
  try {
    if (context.id === 0) return work();
    hooks.emitBefore(context.id, context.trigger, context.resource);
    work();
    // Not in a `finally`: an uncaught error clears the stack of ids itself.
    hooks.emitAfter(context.id);
  } finally {
    contextFrame?.set(before);
  }
}
