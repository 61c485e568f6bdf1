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
  return (name: string): Channel => openChannel(calls, name);
}

function openChannel(calls: Calls, name: string): Channel {
  const { parse, stringify } = JSON;
  let isSubscribed = false;
  const subscribe = async () => {
    if (isSubscribed) return;
    await calls.call('channel.subscribe', { name });
    isSubscribed = true;
  };
  const close = async () => {
    isSubscribed = false;
    await calls.call('channel.unsubscribe', { name });
  };
  return {
    send: async (message) => {
      const text = stringify(message);
      if (text === undefined) throw new TypeError('A message is something that JSON can say.');
      return (await calls.call('channel.send', { name, message: text })) as number;
    },
    subscribe,
    close,
    async *[Symbol.asyncIterator]() {
      await subscribe();
      try {
        for (;;) {
          const text = await calls.call('channel.receive', { name });
          if (typeof text !== 'string') return;
          yield parse(text);
        }
      } finally {
        await close();
      }
    },
  };
}
