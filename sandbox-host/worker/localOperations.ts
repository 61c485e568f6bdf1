import { randomBytes } from 'node:crypto';

interface UrlRequest {
  input: string;
  base?: string;
  set?: [part: string, value: string];
}

const URL_PARTS = [
  ...['href', 'origin', 'protocol', 'username', 'password', 'host'],
  ...['hostname', 'port', 'pathname', 'search', 'hash'],
] as const;
const MAX_TEXT = 1 << 16;

/**
 * What the worker does for a guest at once, because it touches nothing: parsing an address with Node's own parser, and random
 * bytes. Text in, text out; anything unexpected gives `null`.
 */
export function performLocal(text: string): string {
  try {
    const [operation, args] = JSON.parse(text) as [unknown, unknown];
    if (operation === 'now') return String(Date.now());
    if (operation === 'url') return JSON.stringify(parseUrl(args as UrlRequest));
    if (operation === 'random' && typeof args === 'number' && args >= 0 && args <= 65_536) {
      return JSON.stringify(randomBytes(args).toString('base64'));
    }
  } catch {
    // Hostile input: there is no answer to it.
  }
  return 'null';
}

function parseUrl({ input, base, set }: UrlRequest): Record<string, string> | null {
  if (String(input).length + String(base ?? '').length > MAX_TEXT) return null;
  const url = URL.parse(String(input), base === undefined ? undefined : String(base));
  if (!url) return null;
  const part = URL_PARTS.find((name) => name === set?.[0] && name !== 'origin');
  if (set && part) Reflect.set(url, part, String(set[1]));
  return Object.fromEntries(URL_PARTS.map((name) => [name, url[name as keyof URL] as string]));
}
