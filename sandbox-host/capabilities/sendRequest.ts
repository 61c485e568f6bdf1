import { type LookupAddress, lookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { CapabilityError } from './capabilityError.ts';
import { isLocalName, isOwnAddress, withHost } from './hostNames.ts';

const TIMEOUT_MS = 30_000;

export interface WireRequest {
  url: URL;
  method: string;
  headers: [string, string][];
  body: Buffer | undefined;
  /**
   * Asked about an address that a name leads to when it is this machine's own: a name that a rule allows is no word about
   * that. @throws CapabilityError
   */
  permitAddress(url: string): Promise<void>;
  /** Asked about every other one: a name is no way around a rule that denies its address. @throws CapabilityError */
  refuseAddress(url: string): void;
  /** Finds the addresses of a name. */
  resolve?: typeof lookup;
}

export interface WireResponse {
  status: number;
  statusText: string;
  headers: [string, string][];
  /** Decoded. */
  body: Readable;
}

/** One HTTP request over a connection of its own; redirects are answers. @throws CapabilityError with the system's code */
export async function sendRequest(request: WireRequest): Promise<WireResponse> {
  const { url, method, headers, body } = request;
  const given = new Set(headers.map(([name]) => name.toLowerCase()));
  const defaults = Object.entries({ accept: '*/*', 'user-agent': 'node', 'accept-encoding': 'gzip, deflate, br' });
  const all = [...defaults.filter(([name]) => !given.has(name)), ...headers];
  if (body || /^(POST|PUT|PATCH)$/.test(method)) all.push(['content-length', String(body?.length ?? 0)]);
  const options: https.RequestOptions = {
    ...{ method, headers: ['host', url.host, ...all.flat()], agent: false },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    lookup: guardedLookup(request),
  };
  try {
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const sent = (url.protocol === 'https:' ? https : http).request(url, options, resolve);
      sent.once('error', reject);
      // Nobody speaks another protocol through a request.
      sent.once('upgrade', (_response, socket) => socket.destroy());
      sent.end(body);
    });
    return described(response);
  } catch (error) {
    if (error instanceof CapabilityError) throw error;
    const { code, name } = error as NodeJS.ErrnoException;
    const known = name === 'TimeoutError' || name === 'AbortError' ? 'ETIMEDOUT' : (code ?? 'ERR_FETCH_FAILED');
    throw new CapabilityError(known, `The request to ${url.host} failed (${known}).`);
  }
}

/** The address that is connected to is the one that was looked at: a name cannot mean another one in between. */
function guardedLookup({ url, permitAddress, refuseAddress, resolve = lookup }: WireRequest): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '');
      const give = () => {
        const [first] = found as LookupAddress[];
        if (options.all) callback(null, found as LookupAddress[]);
        else callback(null, first!.address, first!.family);
      };
      const permit = async () => {
        for (const { address } of found) {
          if (isOwnAddress(address) && !isLocalName(hostname)) await permitAddress(withHost(url, address));
          else refuseAddress(withHost(url, address));
        }
      };
      permit().then(give, (refusal: Error) => callback(refusal, ''));
    });
  };
}

function described(response: http.IncomingMessage): WireResponse {
  const headers: [string, string][] = [];
  for (let at = 0; at < response.rawHeaders.length; at += 2) {
    headers.push([response.rawHeaders[at]!.toLowerCase(), response.rawHeaders[at + 1]!]);
  }
  const { statusCode = 0, statusMessage = '' } = response;
  return { status: statusCode, statusText: statusMessage, headers, body: decoded(response) };
}

function decoded(response: http.IncomingMessage): Readable {
  const encoding = response.headers['content-encoding']?.toLowerCase();
  const decoder =
    encoding === 'gzip' || encoding === 'x-gzip'
      ? createGunzip()
      : encoding === 'br'
        ? createBrotliDecompress()
        : encoding === 'deflate'
          ? createInflate()
          : undefined;
  if (!decoder) return response;
  response.on('error', (error) => decoder.destroy(error));
  return response.pipe(decoder).on('close', () => response.destroy());
}
