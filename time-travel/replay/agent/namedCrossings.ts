import type { RecordedEventKind } from './jobs.ts';

interface NamedCrossing {
  kind: RecordedEventKind;
  text: string;
}

/** Calls that a person looks for, by the name of their native function or method. Everything else is machinery. */
const NETWORK = new Map([
  ['connect', 'connect'],
  ['connect6', 'connect'],
  ['listen', 'listen'],
  ['send', 'send'],
  ['send6', 'send'],
  ['bind', 'bind'],
  ['bind6', 'bind'],
]);
/** Calls on descriptors belong to one on a path. */
const ON_DESCRIPTORS = new Set(['fs.close', 'fs.fstat', 'fs.read', 'fs.writeBuffer', 'fs.writeString', 'fs.fsync']);

/** What a call into native code means to a person, or undefined. `name` is that of the log, such as `fs.open`. */
export function describeCrossing(name: string, args: readonly unknown[]): NamedCrossing | undefined {
  const split = name.lastIndexOf('.');
  const owner = name.slice(0, split);
  const method = name.slice(split + 1);
  if (owner === 'fs') return fileCall(name, method, args);
  if (owner === 'Process' && method === 'spawn') return { kind: 'process', text: spawnText(args[0]) };
  if (owner === 'spawn_sync') return { kind: 'process', text: spawnText(args[0]) };
  if (/^(TCP|Pipe|UDP)$/.test(owner) && NETWORK.has(method)) {
    return { kind: 'network', text: [NETWORK.get(method)!, ...args.filter(isPlain)].join(' ') };
  }
  if (/^(cares_wrap|ChannelWrap)/.test(owner) && /^(getaddrinfo|getnameinfo|query)/.test(method)) {
    return { kind: 'network', text: `look up ${args.filter((arg) => typeof arg === 'string')[0] ?? ''}` };
  }
  return undefined;
}

function fileCall(name: string, method: string, args: readonly unknown[]): NamedCrossing | undefined {
  if (ON_DESCRIPTORS.has(name)) return undefined;
  const path = args.find((arg) => typeof arg === 'string' && arg !== '');
  return path === undefined ? undefined : { kind: 'file', text: `${method} ${String(path)}` };
}

function spawnText(options: unknown): string {
  const { file, args } = (options ?? {}) as { file?: unknown; args?: unknown };
  return `run ${Array.isArray(args) && args.length > 0 ? args.join(' ') : String(file)}`;
}

const isPlain = (arg: unknown): boolean => typeof arg === 'string' || typeof arg === 'number';
