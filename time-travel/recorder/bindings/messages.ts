/**
 * Message ports. Native code hands a message to the port's own dispatch method and tells it when it was closed: both are
 * events, and so is what crosses between threads. Workers themselves run beside the recorded thread; in replay there is
 * none, and what came from it comes from the log.
 */
import {
  arrayBufferTransfer,
  defineProperty,
  getOwnPropertyDescriptor,
  isArray,
  objectCreate,
  promiseThen,
  reflectApply,
  reflectConstruct,
  setPrototypeOf,
} from '../../recording/safeBuiltins.ts';
import { asyncIdCounter, setAsyncIdCounter } from '../asyncHooks/asyncIds.ts';
import { recording } from '../boundaryState.ts';
import { type CallSpec, wrapCall } from '../calls/calls.ts';
import { HANDLER_NAMES, handlers } from '../calls/handlerSlots.ts';
import { dispatcherOf } from '../calls/handlers.ts';
import { addShim, type ClassInfo, idOf, newStandIn, prepareHandle } from '../calls/identities.ts';
import { wrapClasses, wrapClassOf, wrapFunctions } from '../calls/nativeClasses.ts';
import { registerPortable } from '../calls/portable.ts';
import { replacePortOwner } from '../calls/portOwners.ts';
import { disguise, replaceFunction } from '../disguise/disguise.ts';
import { afterOutput, flushNow } from '../log/flushing.ts';
import { applyMemoryChanges, exchangeMemory, noteSharedMemory, takeMemoryChanges } from '../memory/sharedMemory.ts';
import { checkPosted } from '../output/output.ts';
import { addThreadOrder, isMainThread } from '../processes/threads.ts';
import { exchangeFact } from '../start/facts.ts';
import { type Binding, internalBinding, type NativeClass, type NativeFunction } from '../start/natives.ts';
import { asClone, asContent, cloneOf, contentOf, installClones } from './clones.ts';
import { wrapMeasurements } from './measurements.ts';
import { checksumOfPosted, showPosted, wrapThreadPorts } from './threadPorts.ts';
import {
  forgetTransferables,
  installTransferables,
  outsideReceiving,
  whileReceiving,
  withTransfers,
} from './transferables.ts';

const MESSAGE = HANDLER_NAMES.indexOf('(message)');
const CLOSE = HANDLER_NAMES.indexOf('(close)');
const dispatchSymbol = Symbol.for('nodejs.internal.kHybridDispatch');
const portsSymbol = Symbol.for('nodejs.internal.kCurrentlyReceivingPorts');

const POST_MESSAGE: CallSpec = {
  raw: true,
  before: (port, args) => addThreadOrder(port as object, args[0]),
  // A thread may be ended by who gets the message.
  ...(!isMainThread && { after: afterOutput, echo: showPosted }),
  extra: {
    record: (_port, args) => {
      noteSharedMemory(args[0]);
      return isMainThread ? undefined : checksumOfPosted(args);
    },
    replay(_port, args, checksum) {
      noteSharedMemory(args[0]);
      detachTransferred(args[1]);
      if (!isMainThread) checkPosted(checksumOfPosted(args), checksum);
    },
  },
};
/** Replay: buffers that went to another thread are empty from here on. */
function detachTransferred(options: unknown): void {
  if (typeof options !== 'object' || options === null) return;
  const given: unknown = isIterable(options) ? options : (options as { transfer?: unknown }).transfer;
  // Native code goes through it as well, which the program may see.
  const list = isArray(given) ? given : isIterable(given) ? [...given] : [];
  for (let i = 0; i < list.length; i++) if (list[i] instanceof ArrayBuffer) arrayBufferTransfer(list[i]);
}

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function';

/** Other threads may have written since. */
const LOOK: CallSpec = {
  raw: true,
  extra: { record: takeMemoryChanges, replay: (_self, _args, changes) => applyMemoryChanges(changes) },
};

/** A thread that waits may be ended. */
const WAIT: CallSpec = {
  ...LOOK,
  before() {
    if (recording()) flushNow();
  },
};

export function installMessages(): void {
  const messaging = internalBinding('messaging');
  const { oninit, handle_onclose: onclose } = internalBinding('symbols') as Record<string, symbol>;
  const Port = messaging.MessagePort as NativeClass;
  // Values that cannot be cloned make the call throw: they must arrive as they are.
  const info = isMainThread
    ? wrapClassOf(Port, 'MessagePort', {
        handlers: false,
        specOf: (name) => (name === 'postMessage' ? POST_MESSAGE : { raw: true }),
      })
    : wrapThreadPorts(POST_MESSAGE, LOOK);
  wrapTransfers(Port.prototype as Record<string, NativeFunction>);
  addShim(info, portShim(Port.prototype, onclose!));
  info.prepare = (port) => {
    handlers[MESSAGE]!.set(port, receiveMessage);
    handlers[CLOSE]!.set(port, closed(onclose!));
  };
  if (isMainThread) {
    info.begin = (port) => {
      const begin = Reflect.get(port, oninit!) as NativeFunction | undefined;
      if (begin) reflectApply(begin, port, []);
    };
  }
  function receiveMessage(this: unknown, data: unknown, type: unknown, ports: unknown): void {
    const port = this as Record<symbol, unknown>;
    forgetTransferables();
    exchangeMemory();
    port[portsSymbol] = ports;
    try {
      reflectApply(Reflect.get(Port.prototype, dispatchSymbol), port, [contentOf(data), type, undefined]);
    } finally {
      port[portsSymbol] = undefined;
    }
  }
  function closed(symbol: symbol): NativeFunction {
    return function () {
      reflectApply(Reflect.get(Port.prototype, symbol), this, []);
    };
  }
  installDomException(messaging);
  installClones();
  installTransferables();
  if (isMainThread) installMainPorts(messaging, info);
  else installThreadWorkers();
  // In replay no other thread would wake it.
  replaceFunction(Atomics, 'wait', wrapCall(Atomics.wait as NativeFunction, 'Atomics.wait', WAIT));
  wrapAsynchronousWait();
}

function wrapTransfers(prototype: Record<string, NativeFunction>): void {
  const { postMessage: wrapped } = prototype;
  const { postMessage } = {
    postMessage(this: unknown, ...args: unknown[]): unknown {
      return withTransfers(args[1], () => reflectApply(wrapped!, this, args));
    },
  };
  replaceFunction(prototype, 'postMessage', postMessage);
}

function wrapAsynchronousWait(): void {
  const { waitAsync: native } = Atomics as unknown as { waitAsync?: NativeFunction };
  if (!native) return;
  const wrapped = wrapCall(native, 'Atomics.waitAsync', LOOK);
  const { waitAsync } = {
    waitAsync(...args: unknown[]): unknown {
      const result = reflectApply(wrapped, Atomics, args) as { async: boolean; value: Promise<unknown> };
      // Before anything that the program does when it is woken.
      if (result.async) promiseThen(result.value, exchangeMemory, undefined);
      return result;
    },
  };
  replaceFunction(Atomics, 'waitAsync', waitAsync);
}

/** The second when a thread has ended. */
const LOOKS = ['receiveMessageOnPort', 'drainMessagePort'];

function installMainPorts(messaging: Binding, info: ClassInfo): void {
  replaceChannel(messaging, info);
  for (const name of LOOKS) messaging[name] = whileReceiving(messaging[name] as NativeFunction);
  const names = [
    'stopMessagePort',
    'drainMessagePort',
    'receiveMessageOnPort',
    'moveMessagePortToContext',
    'broadcastChannel',
  ];
  const { receiveMessageOnPort: native } = messaging as { receiveMessageOnPort: NativeFunction };
  messaging.receiveMessageOnPort = asClone(native);
  wrapFunctions('messaging', names, (name) => (LOOKS.includes(name) ? LOOK : { raw: true }));
  messaging.receiveMessageOnPort = asContent(messaging.receiveMessageOnPort as NativeFunction, native);
  wrapMeasurements();
  wrapClasses('worker', ['Worker'], { constructorOf: (worker) => replacePortOwner(worker, info) });
  wrapFunctions('worker', ['getEnvMessagePort']);
}

/** A thread has its native class already: it makes workers in replay too, which are never started. */
function installThreadWorkers(): void {
  const type = internalBinding('worker').Worker as NativeClass;
  wrapMeasurements();
  wrapClassOf(type, 'Worker', { specOf: (name) => (name === 'startThread' ? START_THREAD : undefined) });
}

/** The number of a thread is on its handle. */
const START_THREAD: CallSpec = {
  extra: {
    record: (self) => (self as { threadId?: number }).threadId,
    replay(self, _args, id) {
      (self as { threadId?: unknown }).threadId = id;
    },
  },
};

/** In front of every port: the methods that native code calls. */
function portShim(prototype: object, onclose: symbol): object {
  const shim = objectCreate(prototype) as object;
  const message = dispatcherOf(MESSAGE);
  const value = function (this: Record<symbol, unknown>, data: unknown, type: unknown) {
    return outsideReceiving(() => reflectApply(message, this, [cloneOf(data), type, this[portsSymbol]]));
  };
  defineProperty(shim, dispatchSymbol, { value, configurable: true });
  defineProperty(shim, onclose, { value: dispatcherOf(CLOSE), configurable: true });
  return shim;
}

function replaceChannel(messaging: Binding, info: ClassInfo): void {
  const Channel = messaging.MessageChannel as NativeClass;
  let asyncIds: number | undefined;
  const Constructor = function MessageChannel(this: unknown) {
    if (!new.target) return reflectApply(Channel as unknown as NativeFunction, this, []);
    const counter = asyncIdCounter();
    let channel: { port1: object; port2: object };
    if (recording()) {
      channel = reflectConstruct(Channel, [], new.target) as typeof channel;
      asyncIds ??= exchangeFact(asyncIdCounter() - counter) as number;
      prepareHandle(channel.port1 as Record<string, unknown>, info);
      prepareHandle(channel.port2 as Record<string, unknown>, info);
    } else {
      channel = objectCreate(new.target.prototype) as typeof channel;
      channel.port1 = newStandIn(info);
      channel.port2 = newStandIn(info);
      asyncIds ??= exchangeFact(0) as number;
      setAsyncIdCounter(counter + asyncIds);
    }
    idOf(channel.port1);
    idOf(channel.port2);
    return channel;
  };
  Constructor.prototype = Channel.prototype;
  setPrototypeOf(Constructor, Reflect.getPrototypeOf(Channel));
  const { prototype } = Channel;
  const value = disguise(Constructor, Channel);
  defineProperty(prototype, 'constructor', { ...getOwnPropertyDescriptor(prototype, 'constructor'), value });
  messaging.MessageChannel = value;
}

/** What cannot be cloned is said with one. */
function installDomException(messaging: Binding): void {
  const Exception = messaging.DOMException as typeof DOMException | undefined;
  if (!Exception) return;
  registerPortable({
    name: 'DOMException',
    prototype: Exception.prototype,
    flatten: (exception) => [(exception as DOMException).message, (exception as DOMException).name],
    revive: (data) => new Exception((data as string[])[0], (data as string[])[1]),
  });
}
