import type { InternalRequire } from './codeHooks.ts';

export interface AsyncLibrary {
  executionAsyncResource(): object;
  getHookArrays(): [hooks: object[], fields: Uint32Array];
  symbols: Record<'init_symbol' | 'before_symbol' | 'after_symbol', symbol>;
}

type PromiseHook = ((promise: object, parent?: object) => void) | undefined;

interface AsyncBinding {
  setPromiseHooks(init: PromiseHook, before: PromiseHook, after: PromiseHook, settled: PromiseHook): void;
  constants: { kInit: number; kBefore: number; kAfter: number };
}

export interface AsyncListener {
  /** Node's library has begun something that goes on later. */
  init(type: string, resource: object): void;
  /** A promise is waited for: the given one stands for what goes on then. */
  waits(promise: object): void;
  /** Something goes on: of a promise that one, else Node's `executionAsyncResource`. */
  before(promise?: object): void;
  after(): void;
}

/**
 * Listens to all asynchronous work of a replay, as `async_hooks` does, but without its effects: promises get no numbers,
 * and calls from native code take no other way. Where the program enables hooks of its own, Node tells of promises too.
 */
export function followAsync(load: InternalRequire, listener: AsyncListener): void {
  const { getHookArrays, symbols } = load('internal/async_hooks') as AsyncLibrary;
  const { internalBinding } = load('internal/test/binding') as { internalBinding(name: string): AsyncBinding };
  const { setPromiseHooks, constants } = internalBinding('async_wrap');
  const [hooks, fields] = getHookArrays();
  hooks.push({
    [symbols.init_symbol]: (_id: number, type: string, _trigger: number, resource: object) =>
      type === 'PROMISE' ? listener.waits(resource) : listener.init(type, resource),
    [symbols.before_symbol]: () => listener.before(),
    [symbols.after_symbol]: () => listener.after(),
  });
  // Not their sum: by that Node knows whether the program has hooks.
  for (const field of ['kInit', 'kBefore', 'kAfter'] as const) fields[constants[field]]!++;
  const waits = (promise: object, parent?: object) => parent && listener.waits(promise);
  setPromiseHooks(
    waits,
    (promise) => listener.before(promise),
    () => listener.after(),
    undefined,
  );
}
