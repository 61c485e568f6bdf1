/** Parses in the worker, by Node's own parser: gives the parts of the address, or undefined when it is none. */
export type ParseUrl = (request: {
  input: string;
  base?: string;
  set?: [part: string, value: string];
}) => Parts | undefined;

export interface Parts {
  href: string;
  origin: string;
  protocol: string;
  username: string;
  password: string;
  host: string;
  hostname: string;
  port: string;
  pathname: string;
  search: string;
  hash: string;
}

const SETTABLE = [
  'href',
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'hash',
] as const;

/** `URL` and `URLSearchParams` of the URL standard. */
export function createUrlClasses(parse: ParseUrl) {
  class URLSearchParams {
    #pairs: [string, string][];
    /** Told after every change, so that the address follows. */
    readonly #changed: (() => void) | undefined;

    constructor(init: unknown = '', changed?: () => void) {
      this.#changed = changed;
      if (typeof init === 'string') this.#pairs = parsePairs(init);
      else if (typeof init === 'object' && init !== null && Symbol.iterator in init) {
        this.#pairs = Array.from(init as Iterable<[unknown, unknown]>, ([name, value]) => [
          String(name),
          String(value),
        ]);
      } else this.#pairs = Object.entries(init as object).map(([name, value]) => [name, String(value)]);
    }
    get size(): number {
      return this.#pairs.length;
    }
    get(name: string): string | null {
      return this.#pairs.find(([key]) => key === String(name))?.[1] ?? null;
    }
    getAll(name: string): string[] {
      return this.#pairs.filter(([key]) => key === String(name)).map(([, value]) => value);
    }
    has(name: string): boolean {
      return this.#pairs.some(([key]) => key === String(name));
    }
    append(name: string, value: unknown): void {
      this.#replace([...this.#pairs, [String(name), String(value)]]);
    }
    set(name: string, value: unknown): void {
      const at = this.#pairs.findIndex(([key]) => key === String(name));
      const kept = this.#pairs.filter(([key], index) => key !== String(name) || index === at);
      const pair: [string, string] = [String(name), String(value)];
      this.#replace(at < 0 ? [...kept, pair] : kept.map((old) => (old[0] === pair[0] ? pair : old)));
    }
    delete(name: string): void {
      this.#replace(this.#pairs.filter(([key]) => key !== String(name)));
    }
    sort(): void {
      this.#replace(this.#pairs.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
    }
    forEach(visit: (value: string, name: string) => void): void {
      for (const [name, value] of this.#pairs) visit(value, name);
    }
    *entries(): IterableIterator<[string, string]> {
      yield* this.#pairs;
    }
    *keys(): IterableIterator<string> {
      for (const [name] of this.#pairs) yield name;
    }
    *values(): IterableIterator<string> {
      for (const [, value] of this.#pairs) yield value;
    }
    [Symbol.iterator](): IterableIterator<[string, string]> {
      return this.entries();
    }
    toString(): string {
      return this.#pairs.map(([name, value]) => `${encodeForm(name)}=${encodeForm(value)}`).join('&');
    }
    #replace(pairs: [string, string][]): void {
      this.#pairs = pairs;
      this.#changed?.();
    }
  }

  class URL {
    #parts: Parts;
    readonly searchParams: URLSearchParams;

    constructor(input: unknown, base?: unknown) {
      const parts = parse({ input: String(input), ...(base !== undefined && { base: String(base) }) });
      if (!parts) throw Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL', input: String(input) });
      this.#parts = parts;
      this.searchParams = new URLSearchParams(parts.search, () => this.change('search', this.searchParams.toString()));
    }
    static canParse(input: unknown, base?: unknown): boolean {
      return parse({ input: String(input), ...(base !== undefined && { base: String(base) }) }) !== undefined;
    }
    static parse(input: unknown, base?: unknown): URL | null {
      return URL.canParse(input, base) ? new URL(input, base) : null;
    }
    get origin(): string {
      return this.#parts.origin;
    }
    /** Not for programs: one part of the address is replaced, as the standard's setters do. */
    change(part: (typeof SETTABLE)[number], value: string): void {
      this.#parts = parse({ input: this.#parts.href, set: [part, value] }) ?? this.#parts;
    }
    read(part: (typeof SETTABLE)[number]): string {
      return this.#parts[part];
    }
    toString(): string {
      return this.#parts.href;
    }
    toJSON(): string {
      return this.#parts.href;
    }
  }
  for (const part of SETTABLE) {
    Object.defineProperty(URL.prototype, part, {
      get(this: URL) {
        return this.read(part);
      },
      set(this: URL, value: unknown) {
        this.change(part, String(value));
      },
      enumerable: true,
      configurable: true,
    });
  }
  return { URL, URLSearchParams };
}

function parsePairs(query: string): [string, string][] {
  return query
    .replace(/^\?/, '')
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [decodeForm(pair), ''] : [decodeForm(pair.slice(0, at)), decodeForm(pair.slice(at + 1))];
    });
}

function decodeForm(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

function encodeForm(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replaceAll(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
