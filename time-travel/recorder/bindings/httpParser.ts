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
import { idOf, registerClass } from '../calls/identities.ts';
import { divertReads, restoreReads } from '../memory/readDiversions.ts';
import { internalBinding, type NativeClass, type NativeFunction } from '../start/natives.ts';

interface ParserPrototype {
  initialize(this: object, ...args: unknown[]): unknown;
  execute(this: object, bytes: Uint8Array): unknown;
  consume(this: object, handle: { useUserBuffer?: unknown }): void;
  unconsume(this: object): void;
  getCurrentBuffer(this: object): unknown;
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
  installConsuming(parser, (HTTPParser as unknown as { kOnExecute: number }).kOnExecute);
  const list = ConnectionsList!.prototype;
  const expired = getOwnPropertyDescriptor(list, 'expired')!;
  defineProperty(list, 'expired', {
    ...expired,
    value: wrapCall(expired.value as NativeFunction, 'ConnectionsList.expired'),
  });
}

/** As `Parser::OnStreamRead` of Node's `node_http_parser.cc`. */
function installConsuming(parser: ParserPrototype, onExecute: number): void {
  const { getCurrentBuffer } = parser;
  const execute = uncurryThis(parser.execute);
  const consumed = new SafeWeakMap<object, object>();
  /** What was executed last, for the library's question about it within `onExecute`. */
  let currentParser: object | undefined;
  let currentBytes: Uint8Array | undefined;

  parser.consume = function (handle) {
    const take = (bytes: Uint8Array) => {
      const result = execute(this, bytes);
      const next = (this as Record<number, unknown>)[onExecute];
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
