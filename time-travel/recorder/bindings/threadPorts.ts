/**
 * Message ports of a worker thread. Node's library has taken its native functions for ports before the boundary is there,
 * and makes ports with them: so the ports of a thread are real in replay too, and talk to nobody. Only what shows is behind
 * the boundary: what is posted, what keeps the loop alive, and what arrives.
 */
import {
  defineProperty,
  getOwnPropertyDescriptor,
  isArray,
  reflectApply,
  reflectConstruct,
  SafeWeakMap,
  setPrototypeOf,
} from '../../recording/safeBuiltins.ts';
import { asyncIdCounter, setAsyncIdCounter } from '../asyncHooks/asyncIds.ts';
import { type CallSpec, wrapCall } from '../calls/calls.ts';
import { type ClassInfo, idOf, isKnown, prepareHandle, registerClass } from '../calls/identities.ts';
import { disguise, replaceFunction } from '../disguise/disguise.ts';
import { postedChecksum, showChunk } from '../output/output.ts';
import { internalBinding, type NativeClass, type NativeFunction, nodeRequire } from '../start/natives.ts';
import { asClone, asContent } from './clones.ts';
import { whileReceiving } from './transferables.ts';

let portInfo: ClassInfo | undefined;

/** Takes note of a port that was made without the boundary seeing it, in the same order in both modes. */
export function adoptPort(port: object): void {
  if (isKnown(port)) return;
  prepareHandle(port as Record<string, unknown>, portInfo!);
  idOf(port);
}

/** @param post what is special about `postMessage` */
export function wrapThreadPorts(post: CallSpec, look: CallSpec): ClassInfo {
  const { MessagePort, MessageChannel } = internalBinding('messaging') as Record<string, NativeClass>;
  const prototype = MessagePort!.prototype as Record<string, NativeFunction>;
  const info: ClassInfo = { name: 'MessagePort', type: MessagePort!, shared: undefined, shim: undefined };
  portInfo = info;
  registerClass(info);
  info.make = () => {
    const counter = asyncIdCounter();
    const { port1 } = new MessageChannel!() as unknown as { port1: object };
    setAsyncIdCounter(counter);
    setPrototypeOf(port1, info.shim!);
    return port1;
  };
  wrapPortMethod(prototype, 'postMessage', post);
  for (const name of ['start', 'ref', 'unref']) wrapPortMethod(prototype, name, { raw: true });
  for (const id of ['internal/worker/io', 'worker_threads']) {
    const library = nodeRequire<Record<string, NativeFunction>>(id);
    replaceExport(library, 'receiveMessageOnPort', look);
    replaceExport(library, 'moveMessagePortToContext', { raw: true });
  }
  replaceChannel(MessageChannel!);
  wrapDirectMessages();
  return info;
}

/** Ports that native code has begun to make: Node calls `unref` on each of them then. */
const begun = new SafeWeakMap<object, true>();

function wrapPortMethod(prototype: Record<string, NativeFunction>, name: string, spec: CallSpec): void {
  const native = prototype[name]!;
  const wrapped = wrapCall(native, `MessagePort.${name}`, spec);
  const { method } = {
    method(this: object, ...args: unknown[]): unknown {
      if (withinLibrary) return reflectApply(native, this, args);
      if (typeof this === 'object' && this !== null && !isKnown(this)) {
        if (name === 'unref' && !begun.has(this)) {
          begun.set(this, true);
          return reflectApply(native, this, args);
        }
        adoptPort(this);
      }
      return reflectApply(wrapped, this, args);
    },
  };
  replaceFunction(prototype, name, method);
}

/** True while Node's library uses a port for a call that is logged as a whole. */
let withinLibrary = false;

/** The answer to `postMessageToThread` comes through memory on which Node waits by itself. */
function wrapDirectMessages(): void {
  const name = 'postMessageToThread';
  const library = nodeRequire<Record<string, NativeFunction | undefined>>('worker_threads');
  const original = library[name];
  if (!original) return;
  const post: NativeFunction = (...args) => {
    withinLibrary = true;
    try {
      return reflectApply(original, library, args);
    } finally {
      withinLibrary = false;
    }
  };
  replaceFunction(library, name, wrapCall(post, `worker_threads.${name}`, { raw: true, free: true }));
}

const replaced = new SafeWeakMap<object, NativeFunction>();

/** The same function in each module that shows it. */
function replaceExport(library: Record<string, NativeFunction>, name: string, spec: CallSpec): void {
  const original = library[name];
  if (!original) return;
  let wrapped = replaced.get(original);
  if (!wrapped) {
    const receiving = whileReceiving(original);
    const call = wrapCall(name === 'receiveMessageOnPort' ? asClone(receiving) : receiving, `messaging.${name}`, {
      ...spec,
      free: true,
    });
    wrapped = name === 'receiveMessageOnPort' ? asContent(call, original) : call;
    replaced.set(original, wrapped);
  }
  replaceFunction(library, name, wrapped);
}

/** What the program makes is taken note of at once; Node's own ports when they are first used. */
function replaceChannel(Channel: NativeClass): void {
  const proxy = new Proxy(Channel, {
    construct(target, args, newTarget) {
      const channel = reflectConstruct(target, args, newTarget === proxy ? target : newTarget) as Record<
        string,
        object
      >;
      adoptPort(channel.port1!);
      adoptPort(channel.port2!);
      return channel;
    },
  });
  disguise(proxy, Channel);
  const holders = [nodeRequire<object>('internal/worker/io'), nodeRequire<object>('worker_threads'), globalThis];
  for (let i = 0; i < holders.length; i++) {
    const descriptor = getOwnPropertyDescriptor(holders[i]!, 'MessageChannel');
    if (!descriptor?.configurable) continue;
    const { writable = true, enumerable } = descriptor;
    defineProperty(holders[i]!, 'MessageChannel', {
      value: proxy,
      writable,
      enumerable: !!enumerable,
      configurable: true,
    });
  }
  defineProperty(Channel.prototype, 'constructor', {
    ...getOwnPropertyDescriptor(Channel.prototype, 'constructor'),
    value: proxy,
  });
}

interface Posted {
  type?: unknown;
  stream?: unknown;
  chunks?: { chunk: unknown; encoding: unknown }[];
}

let postedShown = false;
/** Replay of a thread alone: what it prints is shown, though another thread printed it. */
export function showPostedOutput(): void {
  postedShown = true;
}

/** Undefined for a message that is not to be printed. */
export function checksumOfPosted(args: readonly unknown[]): number | undefined {
  const { type, chunks } = (args[0] ?? {}) as Posted;
  return type === 'stdioPayload' && isArray(chunks) ? postedChecksum(chunks) : undefined;
}

/** Replay: what a thread prints it posts to the thread that started it. */
export function showPosted(_port: unknown, args: readonly unknown[]): void {
  if (!postedShown) return;
  const { type, stream, chunks } = (args[0] ?? {}) as Posted;
  if (type !== 'stdioPayload' || !isArray(chunks)) return;
  for (let i = 0; i < chunks.length; i++) {
    const { chunk, encoding } = (chunks as { chunk: unknown; encoding: unknown }[])[i]!;
    if (chunk !== null) showChunk(stream === 'stderr' ? 2 : 1, chunk, encoding as BufferEncoding);
  }
}
