/**
 * The only way out of a guest. The worker hands the runtime one function that takes a channel, a text and a number;
 * nothing else of the host is reachable. What is sent is checked again by the supervisor, so a guest that gets hold of this
 * function gains nothing.
 */
export type Send = (channel: Channel, text: string, number: number) => string | undefined;

export type Channel = 'post' | 'call' | 'done' | 'timer' | 'clear' | 'local' | 'import' | 'imported';

/** Calls of capabilities: answered by the supervisor in a later turn. */
export interface Calls {
  call(operation: string, args: unknown): Promise<unknown>;
  settle(reply: { id: number; ok: boolean; value?: unknown; error?: { code: string; message: string } }): void;
}

/** At most `limit` calls wait at one time; one more is refused at once, so that a flood never reaches the host. */
export function createCalls(send: Send, limit: number): Calls {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const { get, set, delete: remove } = Map.prototype;
  const apply = Reflect.apply;
  const stringify = JSON.stringify;
  let next = 1;
  let inFlight = 0;
  return {
    call(operation, args) {
      if (inFlight >= limit) {
        const error = new RangeError(`More than ${limit} calls are waiting for an answer.`);
        return Promise.reject(Object.assign(error, { code: 'ERR_APEX_TOO_MANY_CALLS' }));
      }
      const id = next++;
      return new Promise((resolve, reject) => {
        const body = stringify({ t: 'call', id, op: operation, args });
        apply(set, waiting, [id, { resolve, reject }]);
        inFlight++;
        send('call', body, id);
      });
    },
    settle(reply) {
      const entry = apply(get, waiting, [reply.id]);
      if (!entry) return;
      apply(remove, waiting, [reply.id]);
      inFlight--;
      if (reply.ok) entry.resolve(reply.value);
      else entry.reject(Object.assign(new Error(reply.error?.message), { code: reply.error?.code }));
    },
  };
}
