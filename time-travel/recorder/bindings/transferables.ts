/**
 * Objects of Node's library that arrive in a message: blobs, streams, file handles, keys, signals ... Native code makes each
 * by a function of the library, then gives it its data, both before the message itself. Each of the two is an event here, so
 * that what the library does then (it may load modules, start ports) comes behind it in the log, as in replay. The message
 * names the objects by their numbers. What is sent is asked for its data, which also runs code of the library: an event as well.
 */
import {
  defineProperty,
  getOwnPropertyDescriptor,
  isAnyArrayBuffer,
  isArray,
  isView,
  reflectApply,
  stringSplit,
} from '../../recording/safeBuiltins.ts';
import { recording } from '../boundaryState.ts';
import { HANDLER_NAMES, handlers } from '../calls/handlerSlots.ts';
import { dispatcherOf, sayUnsettled } from '../calls/handlers.ts';
import { classOf, idOf, letGo, registerClass } from '../calls/identities.ts';
import { disguise } from '../disguise/disguise.ts';
import { isCalledByLoop, isNativeRequire } from '../disguise/ownStack.ts';
import { followNativeLoads } from '../start/builtinLoading.ts';
import { exchangeFact } from '../start/facts.ts';
import { internalBinding, type NativeFunction, nodeRequire } from '../start/natives.ts';
import { cloneOf, contentOf } from './clones.ts';
import { installForeignHandles } from './foreignHandles.ts';
import { forEachPart } from './substitutes.ts';

type Deserialize = Record<symbol, NativeFunction>;
type Constructors = Record<string, new () => object>;

const CREATE = HANDLER_NAMES.indexOf('(create)');
const FILL = HANDLER_NAMES.indexOf('(fill)');
const LOAD = HANDLER_NAMES.indexOf('(load)');
const TRANSFER = HANDLER_NAMES.indexOf('(transfer)');
const TRANSFER_LIST = HANDLER_NAMES.indexOf('(transfer list)');
const {
  messaging_clone_symbol: cloneSymbol,
  messaging_deserialize_symbol: deserialize,
  messaging_transfer_symbol: transfer,
  messaging_transfer_list_symbol: transferList,
} = internalBinding('symbols') as Record<string, symbol>;

/** Whose handler makes the objects. */
class Maker {}
const maker = new Maker();
/** Replay: those of the message that is on its way. */
let made: object[] = [];

export function installTransferables(): void {
  installForeignHandles();
  // With a class, so that its number lies in its note: numbers elsewhere would be looked for with every object.
  registerClass({ name: '(maker)', type: Maker, shared: undefined, shim: undefined });
  idOf(maker);
  setHandler(CREATE, maker, (specification) => {
    const object = create(specification as string);
    idOf(object);
    setHandler(FILL, object, fill);
    if (!recording()) made[made.length] = object;
    return object;
  });
  setHandler(LOAD, maker, (id) => nodeRequire(id as string));
  if (!recording()) return;
  followLoads();
  const { setDeserializerCreateObjectFunction } = internalBinding('messaging') as Record<string, NativeFunction>;
  const announce = dispatcherOf(CREATE);
  const announceData = dispatcherOf(FILL);
  setDeserializerCreateObjectFunction!((specification: unknown) => {
    // A clone that the program makes for itself is made again in replay.
    if (!receiving && !isCalledByLoop()) return create(specification as string);
    const object = reflectApply(announce, maker, [specification]) as object;
    if (!receiving) sayUnsettled();
    const value = function (this: object, data: unknown) {
      reflectApply(announceData, this, [cloneOf(data)]);
      if (!receiving) sayUnsettled();
    };
    defineProperty(object, deserialize!, { value, configurable: true });
    return object;
  });
}

/** Before native code makes a key, it loads the module with its class: what that does is to come behind the event. */
function followLoads(): void {
  const announce = dispatcherOf(LOAD);
  let following = true;
  followNativeLoads((id) => {
    if (!following || !(receiving || isNativeRequire())) return undefined;
    following = false;
    try {
      return reflectApply(announce, maker, [id]) as object;
    } finally {
      following = true;
      if (!receiving) sayUnsettled();
    }
  });
}

/** What is thrown goes through native code, which throws it again or tells of it: in replay the log has that. */
function setHandler(slot: number, object: object, handler: NativeFunction): void {
  const replayed: NativeFunction = function (...args) {
    try {
      return reflectApply(handler, this, args);
    } catch {
      return undefined;
    }
  };
  handlers[slot]!.set(object, recording() ? handler : replayed);
}

/** `setup` in Node's internal/worker/js_transferable gives native code the same function. */
function create(specification: string): object {
  const words = stringSplit(specification, ':');
  const Constructor = nodeRequire<Constructors>(words[0]!)[words[1]!]!;
  return new Constructor();
}

function fill(this: unknown, data: unknown): unknown {
  const object = this as Deserialize;
  if (recording()) delete object[deserialize!];
  return reflectApply(object[deserialize!]!, object, [contentOf(data)]);
}

/**
 * Of what a thread was given before its boundary was armed: the objects that are clones, in both modes with the same numbers.
 * Those that were handed over cannot be carried: the library has begun to use them.
 */
export function exchangeGiven(root: unknown): void {
  const given: [specification: string, data: unknown][] = [];
  const objects: object[] = [];
  if (recording() && typeof root === 'object' && root !== null) {
    forEachPart(root, (part) => {
      const describe = (part as Partial<Deserialize>)[cloneSymbol!];
      if (typeof describe !== 'function') return !isView(part) && !isAnyArrayBuffer(part);
      if (objects.includes(part)) return false;
      const { deserializeInfo, data } = reflectApply(describe, part, []) as Description;
      given[given.length] = [deserializeInfo, data];
      objects[objects.length] = part;
      return false;
    });
  }
  const recorded = exchangeFact(given) as typeof given;
  for (let i = 0; i < recorded.length; i++) {
    const [specification, data] = recorded[i]!;
    const object = objects[i] ?? create(specification);
    idOf(object);
    if (!recording()) reflectApply((object as Deserialize)[deserialize!]!, object, [data]);
  }
}

interface Description {
  deserializeInfo: string;
  data: unknown;
}

/** Both modes: sends a message. @param options the second argument of `postMessage`, which says what is handed over */
export function withTransfers(options: unknown, post: () => unknown): unknown {
  if (typeof options !== 'object' || options === null) return post();
  const list: unknown = isArray(options) ? options : getOwnPropertyDescriptor(options, 'transfer')?.value;
  if (!isArray(list)) return post();
  prepareEach(list);
  try {
    return post();
  } finally {
    // What was not asked, since the call threw, is as it was.
    for (let i = 0; i < announced.length; i++) delete announced[i]!.object[announced[i]!.symbol];
    announced = [];
  }
}

/** Recording: what native code may yet call. */
let announced: { object: Deserialize; symbol: symbol }[] = [];

function prepareEach(list: unknown[]): void {
  for (let i = 0; i < list.length; i++) {
    const object = list[i];
    if (typeof object !== 'object' || object === null || isView(object) || classOf(object)) continue;
    const { [transfer!]: give, [transferList!]: giveList } = object as Partial<Deserialize>;
    if (typeof give !== 'function') continue;
    idOf(object);
    announceCall(object, TRANSFER, transfer!, () => reflectApply(give, object, []));
    if (typeof giveList !== 'function') continue;
    announceCall(object, TRANSFER_LIST, transferList!, () => {
      const nested = reflectApply(giveList, object, []) as unknown[];
      prepareEach(nested);
      return nested;
    });
  }
}

/** Native code calls a method of the object by its symbol, once. */
function announceCall(object: object, slot: number, symbol: symbol, method: NativeFunction): void {
  setHandler(slot, object, method);
  if (!recording()) return;
  const value = () => {
    delete (object as Deserialize)[symbol];
    return reflectApply(dispatcherOf(slot), object, []);
  };
  defineProperty(object, symbol, { value, configurable: true });
  announced[announced.length] = { object: object as Deserialize, symbol };
}

let receiving = false;

/** A native function by which JavaScript asks for messages. */
export function whileReceiving(native: NativeFunction): NativeFunction {
  const { call } = {
    call(this: unknown, ...args: unknown[]): unknown {
      return during(true, () => reflectApply(native, this, args));
    },
  };
  return disguise(call, native);
}

/** Calls what the program does with a message. */
export const outsideReceiving = <Result>(call: () => Result): Result => during(false, call);

function during<Result>(value: boolean, call: () => Result): Result {
  const before = receiving;
  receiving = value;
  try {
    return call();
  } finally {
    receiving = before;
  }
}

/** Replay: the message has arrived, native code names its objects no more. */
export function forgetTransferables(): void {
  if (made.length === 0) return;
  const all = made;
  made = [];
  for (let i = 0; i < all.length; i++) letGo(idOf(all[i]!), all[i]!);
}
