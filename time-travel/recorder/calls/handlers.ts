/**
 * Handlers such as `handle.onread = f`. They are looked up by native code on the object or kept in an internal field:
 * an accessor on the class's prototype gives native code one dispatcher per name, which logs and then calls `f`.
 */
import { Entry, EventKind, Flag, KIND_MASK } from '../../recording/entryKinds.ts';
import {
  defineProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  reflectApply,
  SafeWeakMap,
} from '../../recording/safeBuiltins.ts';
import { contextOf } from '../asyncHooks/asyncContext.ts';
import { handlerContexts } from '../asyncHooks/contexts.ts';
import { addDispatcher, runHooksBefore } from '../asyncHooks/hookOrder.ts';
import { recording, state } from '../boundaryState.ts';
import { readEvent } from '../events/delivery.ts';
import { beginEvent, endEvent, writeArguments } from '../events/eventWriting.ts';
import { bufferedRead, passRead } from '../memory/readDiversions.ts';
import { writeShared } from '../memory/sharedArrays.ts';
import { describeNext, diverge } from '../replaying/divergence.ts';
import { internalBinding, type NativeFunction } from '../start/natives.ts';
import { withCarried } from './carried.ts';
import { takePending, writeFill } from './fills.ts';
import { HANDLER_NAMES, handlers, ON_READ } from './handlerSlots.ts';
import { classOf, idOf } from './identities.ts';
import { noteFor } from './notes.ts';

const ON_EXIT = HANDLER_NAMES.indexOf('onexit');
const { enqueueMicrotask } = internalBinding('task_queue') as { enqueueMicrotask(run: () => void): void };

let ending = false;
/** True when no microtask has run since this was last asked: native code tells the ends of several threads in one turn. */
function endsWithAnother(): boolean {
  if (ending) return true;
  ending = true;
  enqueueMicrotask(() => {
    ending = false;
  });
  return false;
}

let expected = false;
/** Native code makes its next call within the same one of its own: nothing runs between the two. */
export function sayUnsettled(): void {
  expected = true;
}

/** @param own the handler that it calls, whatever takes its place later; by default the present one of its object */
function recordDispatcher(property: number, own?: NativeFunction): NativeFunction {
  const store = handlers[property]!;
  const dispatcher = function (this: unknown, ...args: unknown[]) {
    const self = this as object;
    const handler = own ?? store.get(self)!;
    const views = takePending(self);
    const shared = classOf(self)?.shared;
    const unsettled = expected || (property === ON_EXIT && endsWithAnother());
    expected = false;
    const flags = (views ? Flag.fill : 0) | (shared ? Flag.shared : 0) | (unsettled ? Flag.unsettled : 0);
    beginEvent(EventKind.property, flags);
    const { encoder } = state.writer;
    encoder.byte(property);
    encoder.varint(idOf(self));
    writeArguments(withCarried(self, property, args));
    if (views) writeFill(views, args[1]);
    if (shared) writeShared(shared);
    endEvent();
    runHooksBefore();
    return reflectApply(handler, self, args);
  };
  addDispatcher(dispatcher);
  return dispatcher;
}

/** The same for `onread`, the most frequent event of a server. */
function recordReads(own?: NativeFunction): NativeFunction {
  const dispatcher = function (this: unknown, ...args: unknown[]) {
    const self = this as object;
    const note = noteFor(self);
    const handler = own ?? note.reading!;
    const bytes = note.buffered && args[0] === undefined ? bufferedRead() : undefined;
    if (bytes) args[0] = bytes;
    const shared = classOf(self)?.shared;
    beginEvent(EventKind.property, shared ? Flag.shared : 0);
    const { encoder } = state.writer;
    const start = encoder.length;
    encoder.byte(ON_READ);
    encoder.varint(note.id || idOf(self));
    if (bytes) encoder.onlyBytes(bytes);
    else writeArguments(withCarried(self, ON_READ, args));
    if (shared) writeShared(shared);
    state.redactor?.noteReceived(start, encoder.length);
    endEvent();
    runHooksBefore();
    return passRead(self, handler, args);
  };
  addDispatcher(dispatcher);
  return dispatcher;
}

/** In replay native code calls nothing, but Node's library calls some handlers itself: the log has that event here. */
function replayDispatcher(property: number, own?: NativeFunction): NativeFunction {
  const store = handlers[property]!;
  return function (this: unknown, ...args: unknown[]) {
    const kind = state.reader.kind();
    if (kind === undefined || (kind & KIND_MASK) !== Entry.event) {
      diverge(`call of ${HANDLER_NAMES[property]}`, describeNext(kind));
    }
    readEvent(kind);
    const handler = own ?? store.get(this as object)!;
    return property === ON_READ ? passRead(this as object, handler, args) : reflectApply(handler, this, args);
  };
}

let dispatchers: NativeFunction[] | undefined;

const makeDispatcher = (property: number, own?: NativeFunction): NativeFunction =>
  recording() ? makeRecording(property, own) : replayDispatcher(property, own);

const makeRecording = (property: number, own?: NativeFunction): NativeFunction =>
  property === ON_READ ? recordReads(own) : recordDispatcher(property, own);

const ourGetters = new SafeWeakMap<object, true>();

/** What native code is to call for the handler with this number. */
export function dispatcherOf(handler: number): NativeFunction {
  dispatchers ??= HANDLER_NAMES.map((_, index) => makeDispatcher(index));
  return dispatchers[handler]!;
}

/** Handlers of requests, of which there are many, and those that the program sees as they are. */
const SHARED_DISPATCHER: readonly string[] = ['oncomplete', 'onread'];

/** Puts the handler accessors on the prototype of a native class. */
export function hookHandlers(prototype: object): void {
  for (let i = 0; i < HANDLER_NAMES.length; i++) if (HANDLER_NAMES[i]![0] !== '(') hookHandler(prototype, i);
}

function inheritedDescriptor(prototype: object, name: string): PropertyDescriptor | undefined {
  for (let at: object | null = prototype; at; at = getPrototypeOf(at)) {
    const descriptor = getOwnPropertyDescriptor(at, name);
    if (descriptor) return descriptor;
  }
  return undefined;
}

function hookHandler(prototype: object, property: number): void {
  const name = HANDLER_NAMES[property]!;
  const own = getOwnPropertyDescriptor(prototype, name);
  const inherited = inheritedDescriptor(prototype, name);
  if (inherited?.get && ourGetters.has(inherited.get)) return;
  if (own && !own.configurable) return;
  const realSet = recording() ? inherited?.set : undefined;
  const { get, set } = realSet ? accessorsOver(realSet, property) : commonAccessors(property);
  defineProperty(prototype, name, { configurable: true, enumerable: false, get, set });
}

interface Accessors {
  get(this: object): unknown;
  set(this: object, handler: unknown): void;
}

/** Of handlers that native code looks up: the same for every class. */
const accessors: (Accessors | undefined)[] = [];

function commonAccessors(property: number): Accessors {
  accessors[property] ??= accessorsOver(undefined, property);
  return accessors[property];
}

/** @param realSet where native code keeps the handler in an internal field of the object */
function accessorsOver(realSet: ((handler: unknown) => void) | undefined, property: number): Accessors {
  const store = handlers[property]!;
  const dispatcher = dispatcherOf(property);
  const shown = new SafeWeakMap<object, NativeFunction>();
  const shared = SHARED_DISPATCHER.includes(HANDLER_NAMES[property]!);
  // `onread` lives in an internal field that is set through the real setter, so JavaScript may see its own function
  // (_http_agent compares it). The others are looked up by native code and must give the dispatcher.
  const get =
    HANDLER_NAMES[property] === 'onread'
      ? function (this: object) {
          return store.get(this);
        }
      : function (this: object) {
          if (shared) return store.has(this) ? dispatcher : undefined;
          return shown.get(this);
        };
  const set = function (this: object, handler: unknown) {
    idOf(this);
    if (typeof handler !== 'function') {
      store.delete(this);
      shown.delete(this);
      if (realSet) reflectApply(realSet, this, [handler]);
      return;
    }
    store.set(this, handler as NativeFunction);
    // A program may take the handler that it finds, put its own there and call the first one from it.
    if (!shared) shown.set(this, makeDispatcher(property, handler as NativeFunction));
    if (state.mode === 'replay') handlerContexts.set(this, contextOf(this, classOf(this)?.standsIn === true));
    if (realSet) reflectApply(realSet, this, [dispatcher]);
  };
  ourGetters.set(get, true);
  return { get, set };
}
