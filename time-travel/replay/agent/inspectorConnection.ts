import type { InternalRequire } from './codeHooks.ts';

interface NativeConnection {
  dispatch(message: string): void;
}

interface InternalBinding {
  (name: 'inspector'): { Connection: new (receive: (message: string) => void) => NativeConnection };
  (name: 'async_wrap'): { async_id_fields: Float64Array; constants: { kAsyncIdCounter: number } };
}

interface Incoming {
  id?: number;
  result?: unknown;
  error?: { message: string };
  method?: string;
  params?: unknown;
}

/**
 * V8's inspector on the same thread, without Node's `inspector` module: that one loads worker threads and streams, which
 * the recorded program may load later, or never, and the difference would show.
 */
export class InspectorConnection {
  readonly #load: InternalRequire;
  readonly #answers = new Map<number, Incoming>();
  #native: NativeConnection | undefined;
  #next = 1;
  /** Called within whatever caused the event: for `Debugger.paused`, inside the pause. */
  onEvent: (method: string, params: unknown) => void = () => {};

  constructor(load: InternalRequire) {
    this.#load = load;
  }

  /** Answered before it returns. @throws what the inspector answers as an error */
  call(method: string, params: Record<string, unknown> = {}): unknown {
    this.#native ??= this.#connect();
    const id = this.#next++;
    this.#native.dispatch(JSON.stringify({ id, method, params }));
    const answer = this.#answers.get(id);
    this.#answers.delete(id);
    if (answer?.error) throw new Error(answer.error.message);
    return answer?.result;
  }

  #connect(): NativeConnection {
    const { internalBinding } = this.#load('internal/test/binding') as { internalBinding: InternalBinding };
    const { Connection } = internalBinding('inspector');
    const { async_id_fields: fields, constants } = internalBinding('async_wrap');
    const next = fields[constants.kAsyncIdCounter]!;
    const connection = new Connection((text) => {
      const message = JSON.parse(text) as Incoming;
      if (message.id !== undefined) this.#answers.set(message.id, message);
      else if (message.method) this.onEvent(message.method, message.params);
    });
    // A connection is an asynchronous resource to Node; the program's own keep their numbers.
    fields[constants.kAsyncIdCounter] = next;
    return connection;
  }
}
