import { CapabilityError } from './capabilityError.ts';

/** What waits for one receiver; one more message waits in its sender. */
const MAX_WAITING = 1_000;
const MAX_WAITING_CHARACTERS = 4 << 20;
const MAX_SUBSCRIPTIONS = 100;

interface Queue {
  messages: string[];
  characters: number;
  /** Receivers that wait for a message. */
  hungry: ((message: string | null) => void)[];
  /** Messages whose senders wait for room, in order. */
  blocked: { message: string; go: () => void }[];
}

/**
 * Named channels between the sandboxes of one host: each message goes to everybody who has subscribed by then, in order. A slow
 * receiver slows its senders; nothing is dropped while it lives.
 */
export class Channels {
  readonly #queues = new Map<string, Map<string, Queue>>();

  /** @throws CapabilityError `EMFILE` */
  subscribe(channel: string, receiver: string): void {
    const queues = this.#queues.get(channel) ?? new Map<string, Queue>();
    if (queues.has(receiver)) return;
    if (this.#subscriptionsOf(receiver) >= MAX_SUBSCRIPTIONS) {
      throw new CapabilityError('EMFILE', `A program listens to at most ${MAX_SUBSCRIPTIONS} channels.`);
    }
    queues.set(receiver, { messages: [], characters: 0, hungry: [], blocked: [] });
    this.#queues.set(channel, queues);
  }

  /** The next message, or null when the subscription has ended. @throws CapabilityError `ENOTCONN` */
  receive(channel: string, receiver: string): Promise<string | null> {
    const queue = this.#queues.get(channel)?.get(receiver);
    if (!queue) throw new CapabilityError('ENOTCONN', `This program has not subscribed to "${channel}".`);
    const message = queue.messages.shift();
    if (message === undefined) return new Promise((resolve) => queue.hungry.push(resolve));
    queue.characters -= message.length;
    const next = queue.blocked.shift();
    if (next) {
      enqueue(queue, next.message);
      next.go();
    }
    return Promise.resolve(message);
  }

  /** Resolves when every receiver has room for it, with their number. */
  async send(channel: string, sender: string, message: string): Promise<number> {
    const queues = [...(this.#queues.get(channel) ?? [])].filter(([receiver]) => receiver !== sender);
    await Promise.all(queues.map(([, queue]) => deliver(queue, message)));
    return queues.length;
  }

  unsubscribe(channel: string, receiver: string): void {
    const queues = this.#queues.get(channel);
    const queue = queues?.get(receiver);
    if (!queues || !queue) return;
    for (const next of queue.hungry) next(null);
    for (const { go } of queue.blocked) go();
    queues.delete(receiver);
    if (queues.size === 0) this.#queues.delete(channel);
  }

  /** Its program has ended. */
  leave(receiver: string): void {
    for (const channel of [...this.#queues.keys()]) this.unsubscribe(channel, receiver);
  }

  #subscriptionsOf(receiver: string): number {
    return [...this.#queues.values()].filter((queues) => queues.has(receiver)).length;
  }
}

function deliver(queue: Queue, message: string): Promise<void> | undefined {
  if (queue.blocked.length > 0 || isFull(queue)) return new Promise((go) => queue.blocked.push({ message, go }));
  const next = queue.hungry.shift();
  if (next) next(message);
  else enqueue(queue, message);
  return undefined;
}

function enqueue(queue: Queue, message: string): void {
  queue.messages.push(message);
  queue.characters += message.length;
}

function isFull({ messages, characters }: Queue): boolean {
  return messages.length >= MAX_WAITING || characters >= MAX_WAITING_CHARACTERS;
}
