/**
 * llhttp is pure and stays native. A server's parser reads its socket beneath JavaScript: here it is given what the socket
 * read by the boundary, and JavaScript sees no more of it than it would.
 */
import {
  bufferFrom,
  defineProperty,
  getOwnPropertyDescriptor,
  reflectApply,
  SafeWeakMap,
  uncurryThis,
} from '../../recording/safeBuiltins.ts';
import { recording } from '../boundaryState.ts';
import { unwrapped, wrapCall } from '../calls/calls.ts';
import { classOf, idOf, registerClass } from '../calls/identities.ts';
import { isCalledByLoop } from '../disguise/ownStack.ts';
import { runNextTicks } from '../events/delivery.ts';
import { divertReads, restoreReads } from '../memory/readDiversions.ts';
import { internalBinding, type NativeClass, type NativeFunction } from '../start/natives.ts';

interface ParserPrototype {
  initialize(this: object, ...args: unknown[]): unknown;
  execute(this: object, bytes: Uint8Array): unknown;
  consume(this: object, handle: { useUserBuffer?: unknown }): void;
  unconsume(this: object): void;
  getCurrentBuffer(this: object): unknown;
}

/** Numbers of the properties in which a parser's callbacks lie. */
interface Callbacks {
  kOnBody: number;
  kOnExecute: number;
}

export function installHttpParser(): void {
  const { HTTPParser, ConnectionsList } = internalBinding('http_parser') as Record<string, NativeClass>;
  const parser = HTTPParser!.prototype as unknown as ParserPrototype;
  // The list of expired connections is logged: its parsers must be known by then.
  registerClass({ name: 'HTTPParser', type: HTTPParser!, shared: undefined, shim: undefined });
  const { initialize } = parser;
  parser.initialize = function (...args) {
    idOf(this);
    return reflectApply(initialize, this, args);
  };
  installConsuming(parser, HTTPParser as unknown as Callbacks);
  const list = ConnectionsList!.prototype;
  const expired = getOwnPropertyDescriptor(list, 'expired')!;
  defineProperty(list, 'expired', {
    ...expired,
    value: wrapCall(expired.value as NativeFunction, 'ConnectionsList.expired'),
  });
}

/** The handle that a parser reads. */
const consumed = new SafeWeakMap<object, object>();

/** As `Parser::OnStreamRead` of Node's `node_http_parser.cc`. */
function installConsuming(parser: ParserPrototype, { kOnBody, kOnExecute }: Callbacks): void {
  const { getCurrentBuffer } = parser;
  const execute = uncurryThis(parser.execute);
  /** What was executed last, for the library's question about it within `onExecute`. */
  let currentParser: object | undefined;
  let currentBytes: Uint8Array | undefined;

  parser.consume = function (handle) {
    const take = (bytes: Uint8Array) => {
      let result: unknown;
      reading = this;
      try {
        result = execute(this, bytes);
      } finally {
        reading = undefined;
      }
      const next = (this as Record<number, unknown>)[kOnExecute];
      if (typeof next !== 'function') return;
      currentParser = this;
      currentBytes = bytes;
      try {
        reflectApply(next as NativeFunction, this, [result]);
      } finally {
        currentParser = undefined;
        currentBytes = undefined;
      }
    };
    consumed.set(this, handle);
    settleBodies(this as Record<number, unknown>, kOnBody);
    divertReads(handle, take, recording() ? unwrapped(handle.useUserBuffer) : undefined);
  };
  parser.unconsume = function () {
    const handle = consumed.get(this);
    if (!handle) return;
    consumed.delete(this);
    restoreReads(handle);
  };
  parser.getCurrentBuffer = function () {
    return currentParser === this ? bufferFrom(currentBytes!) : reflectApply(getCurrentBuffer, this, []);
  };
}

/** The parser that executes a read. */
let reading: object | undefined;
const settling = new SafeWeakMap<object, true>();

/**
 * Native code runs ticks and microtasks behind each part of a body, since its call is the outermost when it consumes a read by
 * itself. Here `onread` is, so that they are run for it.
 */
function settleBodies(parser: Record<number, unknown>, onBody: number): void {
  const next = parser[onBody];
  if (typeof next !== 'function' || settling.has(next)) return;
  const body: NativeFunction = function (...args) {
    const result = reflectApply(next as NativeFunction, this, args);
    if (reading !== this || !isReadByLoop(consumed.get(reading!))) return result;
    const parser = reading;
    reading = undefined;
    runNextTicks();
    reading = parser;
    return result;
  };
  settling.set(body, true);
  parser[onBody] = body;
}

/** What a TLS connection decrypts may also come from within a call. */
const isReadByLoop = (handle: unknown): boolean => classOf(handle)?.name !== 'TLSWrap' || isCalledByLoop();
