import type { Calls, Send } from '../dispatcher.ts';
import { format, inspect } from '../inspect.ts';
import { decodeState, encodeState } from '../stateCodec.ts';
import type { StateRegistry } from '../stateRegistry.ts';
import { createChannel } from './channel.ts';
import { createCrypto } from './crypto.ts';
import { atob, btoa, TextDecoder, TextEncoder } from './encoding.ts';
import { createFetch, Headers, Response } from './fetch.ts';
import { createFiles } from './files.ts';
import * as path from './path.ts';
import { createProcess } from './process.ts';
import { createUrlClasses, type Parts } from './url.ts';

export interface Library {
  globals: Record<string, unknown>;
  /** Made when a program first asks for them: most never do. */
  lazyGlobals: Record<string, () => unknown>;
  modules: BuiltinModules;
}

export interface BuiltinModules {
  get(name: string): unknown;
}

/** The guest's standard library: what runs in the guest itself, over the few things that the worker and the host do. */
export function createLibrary(send: Send, calls: Calls, registry: StateRegistry, now: () => number): Library {
  const { stringify, parse } = JSON;
  const local = (operation: string, args: unknown): unknown =>
    parse(send('local', stringify([operation, args]), 0) ?? 'null');
  const urls = once(() => createUrlClasses((request) => (local('url', request) as Parts | null) ?? undefined));
  const crypto = once(() => createCrypto((count) => local('random', count) as string));
  const files = once(() => createFiles(calls));
  const fetch = once(() => createFetch(calls));
  const sleep = (ms: number, value: unknown) =>
    new Promise((resolve) =>
      (globalThis.setTimeout as (run: () => void, ms: number) => unknown)(() => resolve(value), ms),
    );
  const store = {
    get: (key: string) => calls.call('kv.get', { key }),
    set: (key: string, value: string, { ttlMs }: { ttlMs?: number } = {}) =>
      calls.call('kv.set', { key, value: String(value), ttlMs }).then(() => undefined),
    delete: (key: string) => calls.call('kv.delete', { key }),
    keys: () => calls.call('kv.keys', {}),
  };
  const run = (
    program: string,
    args: string[] = [],
    { input, timeoutMs }: { input?: string; timeoutMs?: number } = {},
  ) => calls.call('process.run', { program, args, input, timeoutMs });
  const channel = createChannel(calls);
  const env = (name: string) => calls.call('env.get', { name });
  const api = Object.freeze({ state: registry.declare, store, env, channel, run });
  const makers: Record<string, () => unknown> = {
    __proto__: null as never,
    apex: () => api,
    fs: once(() => ({ promises: files() })),
    'fs/promises': files,
    path: once(() => ({ ...path, posix: { ...path } })),
    crypto: once(() => ({ ...crypto(), webcrypto: crypto() })),
    'timers/promises': once(() => ({ setTimeout: sleep })),
    url: urls,
    util: once(() => ({
      format: (...values: unknown[]) => format(values),
      inspect,
      promisify,
      inherits,
      deprecate: (action: unknown) => action,
      TextDecoder,
      TextEncoder,
    })),
    process: once(createProcess),
  };
  const globals = {
    TextEncoder,
    TextDecoder,
    atob,
    btoa,
    Headers,
    Response,
    performance: { now, timeOrigin: Date.now() },
    structuredClone: cloneData,
    apex: api,
  };
  const lazyGlobals = { URL: () => urls().URL, URLSearchParams: () => urls().URLSearchParams, crypto, fetch };
  return { globals, lazyGlobals, modules: { get: (name) => makers[name]?.() } };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

type NodeStyle = (...args: unknown[]) => void;

function promisify(action: NodeStyle) {
  return (...args: unknown[]) =>
    new Promise((resolve, reject) => {
      action(...args, (error: unknown, value: unknown) => (error ? reject(error) : resolve(value)));
    });
}

/** As classes were made before there were classes. */
function inherits(child: { prototype: object; super_?: unknown }, parent: { prototype: object }): void {
  Object.defineProperty(child, 'super_', { value: parent, writable: true, configurable: true });
  Object.setPrototypeOf(child.prototype, parent.prototype);
}

/** `structuredClone` for what state documents can carry; anything else is an error, as in the standard. */
function cloneData(value: unknown): unknown {
  const document = encodeState([['value', value]]);
  if (JSON.stringify(document).includes('{"opaque":')) throw new TypeError('The value could not be cloned.');
  return decodeState(document).get('value');
}
