import { PassThrough } from 'node:stream';
import { readFrames } from '../../sandbox-host/bridge/frames.ts';
import { fromGuestSchema } from '../../sandbox-host/bridge/guestMessages.ts';
import { fromWorkerSchema } from '../../sandbox-host/bridge/messages.ts';
import type { CapabilityContext } from '../../sandbox-host/capabilities/capability.ts';
import { CapabilityError } from '../../sandbox-host/capabilities/capabilityError.ts';
import { performCall } from '../../sandbox-host/capabilities/capabilityTable.ts';
import { Channels } from '../../sandbox-host/capabilities/channels.ts';
import { KeyValueStore } from '../../sandbox-host/capabilities/keyValueStore.ts';

/** Small fast generator (mulberry32): a seed gives one run, whatever the machine. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const TYPES = ['ready', 'created', 'post', 'load', 'idle', 'failed', 'breach', 'swapped', 'state', 'pong', 'x', ''];
const KEYS = [
  'type',
  'sandbox',
  'body',
  'request',
  'usage',
  'id',
  't',
  'op',
  'args',
  '__proto__',
  'constructor',
  'error',
];
const OPERATIONS = [
  'fs.readFile',
  'fs.writeFile',
  'net.fetch',
  'kv.set',
  'kv.get',
  'env.get',
  'channel.send',
  'process.run',
  'toString',
];
const TEXTS = [
  'a',
  '/app/a',
  '/app/../../etc/passwd',
  'a\u0000b',
  'http://127.0.0.1:1/',
  'file:///etc/passwd',
  '__proto__',
];
const ODD = [null, true, -1, 1e308, 0.5, '', 'a', '/app/../../etc/passwd', '\u0000', '\ud800', 2 ** 53, [], {}];

/** What came of a run: how many messages were taken, refused and answered. */
export interface FuzzResult {
  accepted: number;
  refused: number;
  broken: number;
  calls: number;
  /** Requests that reached the policy. */
  asked: number;
}

/**
 * Sends `count` messages, from nearly right to noise, through what a worker and a guest can reach in the host: frames, both
 * schemas, and the capabilities with a policy that denies everything.
 * @throws whatever the host would have died of
 */
export async function fuzzBridge(count: number, seed: number): Promise<FuzzResult> {
  const next = random(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const result: FuzzResult = { accepted: 0, refused: 0, broken: 0, calls: 0, asked: 0 };
  const context: CapabilityContext = {
    files: { root: '/nonexistent', entry: '/app/main.js', packages: new Map() },
    id: 'sandbox-1',
    store: new KeyValueStore(),
    channels: new Channels(),
    programs: () => ({}),
    permit: async () => {
      result.asked++;
      throw new CapabilityError('EACCES', 'not allowed');
    },
    refuseDenied: () => {},
    untouchable: () => [],
  };
  const value = (depth: number): unknown => {
    const kind = next();
    if (depth > 3 || kind < 0.5) return pick(ODD);
    if (kind < 0.65) return pick(TYPES);
    if (kind < 0.8) return Array.from({ length: Math.floor(next() * 4) }, () => value(depth + 1));
    return Object.fromEntries(Array.from({ length: Math.floor(next() * 4) }, () => [pick(KEYS), value(depth + 1)]));
  };
  const nearlyRight = () => ({
    ...{ path: pick(TEXTS), key: pick(TEXTS), name: pick(TEXTS), program: pick(TEXTS), args: [pick(TEXTS)] },
    ...{ url: pick(TEXTS), method: 'GET', headers: [], value: 'v', message: '1', base64: 'YQ==', append: true },
    ...(next() < 0.5
      ? { [pick(['path', 'key', 'name', 'program', 'args', 'url', 'headers', 'value'])]: value(0) }
      : {}),
  });
  const guestMessage = () => ({
    t: next() < 0.6 ? 'call' : pick(['log', 'done', 'answer', value(3)]),
    id: next() < 0.9 ? 1 + Math.floor(next() * 1e6) : value(3),
    op: next() < 0.9 ? pick(OPERATIONS) : value(2),
    args: next() < 0.8 ? nearlyRight() : value(1),
    ok: value(3),
    stream: pick(['stdout', 'stderr', value(3)]),
    text: value(3),
  });
  const workerMessage = () => ({
    type: next() < 0.6 ? 'post' : pick(TYPES),
    sandbox: next() < 0.9 ? 'sandbox-1' : value(2),
    body: next() < 0.9 ? JSON.stringify(guestMessage()) : value(2),
    request: value(3),
    usage: next() < 0.5 ? { wallMs: 1, cpuMs: 1, memoryMb: 1 } : value(1),
    [pick(KEYS)]: value(0),
  });
  const hear = async (frame: unknown): Promise<void> => {
    const message = fromWorkerSchema.safeParse(frame);
    if (!message.success || message.data.type !== 'post') {
      if (message.success) result.accepted++;
      else result.refused++;
      return;
    }
    const guest = fromGuestSchema.safeParse(parse(message.data.body));
    if (!guest.success) result.refused++;
    else result.accepted++;
    if (!guest.success || guest.data.t !== 'call') return;
    result.calls++;
    const answer = await performCall(guest.data.op, guest.data.args, context);
    if (answer.ok) throw new Error(`something was allowed: ${guest.data.op}`);
  };
  for (let sent = 0; sent < count; ) {
    const stream = new PassThrough();
    const heard: Promise<void>[] = [];
    let broken = false;
    const ended = new Promise((resolve) => stream.once('close', resolve));
    readFrames(
      stream,
      (frame) => heard.push(hear(frame)),
      () => {
        broken = true;
      },
    );
    const batch = Math.min(1_000, count - sent);
    for (let at = 0; at < batch; at++) {
      const line = JSON.stringify(workerMessage());
      // The last of a batch may be noise, which ends the connection as it does in the host.
      const cut = at === batch - 1 && next() < 0.5 ? Math.floor(next() * line.length) : line.length;
      stream.write(`${line.slice(0, cut)}\n`);
    }
    stream.end();
    // A stream that was paused at a broken frame never ends by itself.
    setImmediate(() => stream.destroy());
    await ended;
    await Promise.all(heard);
    if (broken) result.broken++;
    sent += batch;
  }
  return result;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
