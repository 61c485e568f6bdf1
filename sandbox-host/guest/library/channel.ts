import type { Calls } from '../dispatcher.ts';

/** A channel to the other sandboxes of the host that use its name. Messages are what JSON can say. */
export interface Channel {
  /** Resolves when every receiver has room for it, with their number. */
  send(message: unknown): Promise<number>;
  /** From here on messages wait for this program; iterating does it by itself. */
  subscribe(): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncIterator](): AsyncGenerator<unknown>;
}

export function createChannel(calls: Calls) {
  const { parse, stringify } = JSON;
  return (name: string): Channel => ({
    send: async (message) => {
      const text = stringify(message);
      if (text === undefined) throw new TypeError('A message is something that JSON can say.');
      return (await calls.call('channel.send', { name, message: text })) as number;
    },
    subscribe: async () => void (await calls.call('channel.subscribe', { name })),
    close: async () => void (await calls.call('channel.unsubscribe', { name })),
    async *[Symbol.asyncIterator]() {
      await calls.call('channel.subscribe', { name });
      try {
        for (;;) {
          const text = await calls.call('channel.receive', { name });
          if (typeof text !== 'string') return;
          yield parse(text);
        }
      } finally {
        await calls.call('channel.unsubscribe', { name });
      }
    },
  });
}
