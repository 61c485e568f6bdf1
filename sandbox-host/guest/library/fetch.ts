import type { Calls } from '../dispatcher.ts';
import { fromBase64, toBase64 } from '../stateCodec.ts';
import { TextDecoder } from './encoding.ts';
import { bytesOf } from './files.ts';

type HeadersInit = Headers | Record<string, string> | Iterable<readonly [string, string]> | undefined;

export class Headers {
  readonly #values = new Map<string, string>();

  constructor(init?: HeadersInit) {
    const entries = init instanceof Headers || isIterable(init) ? init : Object.entries(init ?? {});
    for (const [name, value] of entries) this.append(name, value);
  }
  append(name: string, value: string): void {
    const known = this.get(name);
    this.set(name, known === null ? value : `${known}, ${value}`);
  }
  set(name: string, value: string): void {
    const key = String(name).toLowerCase();
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(key)) throw new TypeError(`Invalid header name ${JSON.stringify(name)}`);
    this.#values.set(key, String(value).trim());
  }
  get(name: string): string | null {
    return this.#values.get(String(name).toLowerCase()) ?? null;
  }
  has(name: string): boolean {
    return this.#values.has(String(name).toLowerCase());
  }
  delete(name: string): void {
    this.#values.delete(String(name).toLowerCase());
  }
  forEach(visit: (value: string, name: string, headers: Headers) => void): void {
    for (const [name, value] of this) visit(value, name, this);
  }
  *entries(): IterableIterator<[string, string]> {
    yield* [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1));
  }
  *keys(): IterableIterator<string> {
    for (const [name] of this) yield name;
  }
  *values(): IterableIterator<string> {
    for (const [, value] of this) yield value;
  }
  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }
}

function isIterable(value: unknown): value is Iterable<readonly [string, string]> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

interface Answer {
  status: number;
  statusText: string;
  url: string;
  redirected: boolean;
  headers: [string, string][];
  base64: string;
}

export class Response {
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly redirected: boolean;
  readonly headers: Headers;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #used = false;

  constructor(answer: Answer) {
    this.status = answer.status;
    this.statusText = answer.statusText;
    this.url = answer.url;
    this.redirected = answer.redirected;
    this.headers = new Headers(answer.headers);
    this.#bytes = fromBase64(answer.base64);
  }
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }
  get bodyUsed(): boolean {
    return this.#used;
  }
  async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#take().buffer;
  }
  async bytes(): Promise<Uint8Array> {
    return this.#take();
  }
  async text(): Promise<string> {
    return new TextDecoder().decode(this.#take());
  }
  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }
  #take(): Uint8Array<ArrayBuffer> {
    if (this.#used) throw new TypeError('Body is unusable: Body has already been read');
    this.#used = true;
    return this.#bytes;
  }
}

interface FetchInit {
  method?: string;
  headers?: HeadersInit;
  body?: string | ArrayBuffer | ArrayBufferView | { toString(): string } | null;
}

/** `fetch` without streams: the whole answer arrives at once. A refusal of the policy is an error with code EACCES. */
export function createFetch({ call }: Calls) {
  return async (url: unknown, init: FetchInit = {}): Promise<Response> => {
    const method = String(init.method ?? 'GET').toUpperCase();
    const headers = new Headers(init.headers);
    const { body } = init;
    const isBinary = body instanceof ArrayBuffer || ArrayBuffer.isView(body);
    const base64 = body == null ? undefined : toBase64(bytesOf(isBinary ? body : String(body)));
    if (base64 !== undefined && !isBinary && !headers.has('content-type')) {
      headers.set('content-type', 'text/plain;charset=UTF-8');
    }
    return new Response(
      (await call('net.fetch', { url: String(url), method, headers: [...headers], base64 })) as Answer,
    );
  };
}
