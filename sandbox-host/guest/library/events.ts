type Listener = (...args: unknown[]) => void;
type Name = string | symbol;

/** Node's EventEmitter, as far as programs use it: order, `once`, `prependListener`, `error` without a listener throws. */
export class EventEmitter {
  static readonly EventEmitter = EventEmitter;
  static readonly once = once;
  #listeners = new Map<Name, { listener: Listener; call: Listener }[]>();

  on(name: Name, listener: Listener): this {
    return this.#add(name, listener, listener, false);
  }
  addListener(name: Name, listener: Listener): this {
    return this.on(name, listener);
  }
  prependListener(name: Name, listener: Listener): this {
    return this.#add(name, listener, listener, true);
  }
  once(name: Name, listener: Listener): this {
    const call = (...args: unknown[]) => {
      this.off(name, listener);
      listener.apply(this, args);
    };
    return this.#add(name, listener, call, false);
  }
  off(name: Name, listener: Listener): this {
    const list = this.#listeners.get(name) ?? [];
    const at = list.findLastIndex((entry) => entry.listener === listener);
    if (at >= 0) this.#listeners.set(name, list.toSpliced(at, 1));
    return this;
  }
  removeListener(name: Name, listener: Listener): this {
    return this.off(name, listener);
  }
  removeAllListeners(name?: Name): this {
    if (name === undefined) this.#listeners.clear();
    else this.#listeners.delete(name);
    return this;
  }
  emit(name: Name, ...args: unknown[]): boolean {
    const list = this.#listeners.get(name) ?? [];
    if (list.length === 0 && name === 'error') {
      throw args[0] instanceof Error ? args[0] : new Error(`Unhandled error. (${String(args[0])})`);
    }
    for (const { call } of list) call.apply(this, args);
    return list.length > 0;
  }
  listenerCount(name: Name): number {
    return this.#listeners.get(name)?.length ?? 0;
  }
  listeners(name: Name): Listener[] {
    return (this.#listeners.get(name) ?? []).map((entry) => entry.listener);
  }
  eventNames(): Name[] {
    return [...this.#listeners].filter(([, list]) => list.length > 0).map(([name]) => name);
  }
  setMaxListeners(): this {
    return this;
  }
  getMaxListeners(): number {
    return 0;
  }

  #add(name: Name, listener: Listener, call: Listener, first: boolean): this {
    if (typeof listener !== 'function') throw new TypeError('The "listener" argument must be of type function.');
    const list = this.#listeners.get(name) ?? [];
    this.#listeners.set(name, first ? [{ listener, call }, ...list] : [...list, { listener, call }]);
    return this;
  }
}

/** Resolves with the arguments of the next event; rejects when `error` comes first. */
export function once(emitter: EventEmitter, name: Name): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const failed = (error: unknown) => {
      emitter.off(name, arrived);
      reject(error);
    };
    const arrived = (...args: unknown[]) => {
      emitter.off('error', failed);
      resolve(args);
    };
    emitter.once(name, arrived);
    if (name !== 'error') emitter.once('error', failed);
  });
}
