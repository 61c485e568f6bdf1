/** What Node's types of asynchronous resources are to the author of a program. */
const LABELS: [type: RegExp, label: string][] = [
  [/^Timeout$/, 'setTimeout'],
  [/^Immediate$/, 'setImmediate'],
  [/^TickObject$/, 'process.nextTick'],
  [/^Microtask$/, 'queueMicrotask'],
  [/^HTTP(INCOMINGMESSAGE|SERVERPARSER)/, 'http request'],
  [/^HTTPCLIENT/, 'http response'],
  [/^(FS|FILEHANDLE|STATWATCHER|FileHandle)/, 'file'],
  [/^(TCP|PIPE|UDP|TLS|HTTP2|GETADDRINFO|GETNAMEINFO|QUERY|Pipe)/, 'network'],
  [/^(PROCESSWRAP|Process)$/, 'process'],
  [/^SIGNAL/i, 'signal'],
  [/^(ZLIB|Zlib)/, 'zlib'],
  [/^(TTY)/, 'terminal'],
];

/** `vague`: how the work of Node's own library goes on, which says little about what happened. */
export interface OriginLabel {
  text: string;
  vague: boolean;
}

/** A function that the program called. */
export interface Called {
  name: string;
  /** It is of Node's library, not of V8. */
  byNode: boolean;
}

/** @param resource what carries the asynchronous work */
export function labelOf(type: string, resource: unknown, called: Called | undefined): OriginLabel {
  if (type === 'Timeout' && (resource as { _repeat?: unknown })._repeat) return { text: 'setInterval', vague: false };
  // `server.listen` and `stream.on` let Node's library do the rest in a later tick.
  if (type === 'TickObject' && called?.byNode && called.name !== 'nextTick') return { text: called.name, vague: true };
  const known = LABELS.find(([pattern]) => pattern.test(type));
  return { text: known?.[1] ?? (type || 'callback'), vague: type === 'TickObject' || type === '' };
}

/** A promise that is waited for, by the name of the built-in function that was called for it. */
export function promiseLabel(called: Called | undefined): OriginLabel {
  return { text: called && !called.byNode ? `promise.${called.name}` : WAIT, vague: false };
}

const WAIT = 'await';

export const isWait = ({ text }: OriginLabel): boolean => text === WAIT;
