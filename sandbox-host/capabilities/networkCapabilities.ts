import * as z from 'zod';
import { type CapabilityContext, capability } from './capability.ts';
import { CapabilityError } from './capabilityError.ts';
import { otherNames } from './hostNames.ts';
import { sendRequest, type WireResponse } from './sendRequest.ts';

const MAX_BODY = 8 << 20;
const MAX_REDIRECTS = 5;
/** Headers that speak for the machine or the connection, not for the guest. */
const FORBIDDEN_HEADERS = new Set([
  'host',
  'connection',
  'content-length',
  'cookie',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'expect',
]);

const args = z.object({
  url: z.string().max(8192),
  method: z.string().regex(/^(?!(CONNECT|TRACE|TRACK)$)[A-Z]{1,20}$/),
  headers: z.array(z.tuple([z.string().max(200), z.string().max(8192)])).max(100),
  base64: z
    .base64()
    .max(MAX_BODY * 2)
    .optional(),
});
type FetchArgs = z.infer<typeof args>;

/** HTTP requests, each address asked of the policy: also those that a redirect names. */
export const networkCapabilities = { 'net.fetch': capability(args, fetchForGuest) };

async function fetchForGuest(request: FetchArgs, context: CapabilityContext): Promise<unknown> {
  let { url, method, base64 } = request;
  let headers = request.headers.filter(([name]) => !FORBIDDEN_HEADERS.has(name.toLowerCase()));
  if (base64 !== undefined && /^(GET|HEAD)$/.test(method))
    throw new CapabilityError('ERR_INVALID_ARG_VALUE', `A ${method} request has no body.`);
  for (let redirects = 0; ; redirects++) {
    const target = parseUrl(url);
    await context.permit('net.request', `${method} ${target.href}`);
    for (const name of otherNames(target)) context.refuseDenied('net.request', `${method} ${name}`);
    const response = await sendRequest({
      ...{ url: target, method, headers },
      body: base64 === undefined ? undefined : Buffer.from(base64, 'base64'),
      permitAddress: (address) => context.permit('net.request', `${method} ${address}`),
      refuseAddress: (address) => context.refuseDenied('net.request', `${method} ${address}`),
    });
    const location = response.headers.find(([name]) => name === 'location')?.[1];
    if (response.status < 300 || response.status >= 400 || !location)
      return describe(response, target.href, redirects > 0);
    if (redirects >= MAX_REDIRECTS)
      throw new CapabilityError('ERR_TOO_MANY_REDIRECTS', 'The server redirects without end.');
    response.body.destroy();
    const next = URL.parse(location, target);
    url = next?.href ?? '';
    // What was meant for one server is not told to another.
    if (next?.origin !== target.origin) headers = headers.filter(([name]) => name.toLowerCase() !== 'authorization');
    if (response.status === 303 || (response.status < 303 && method === 'POST')) [method, base64] = ['GET', undefined];
  }
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new CapabilityError('ERR_INVALID_URL', 'Only http and https addresses can be fetched.');
  // It is not sent: a rule for the address is about it with any.
  url.hash = '';
  if (url.username || url.password) throw new CapabilityError('ERR_INVALID_URL', 'An address carries no user name.');
  return url;
}

async function describe(response: WireResponse, url: string, redirected: boolean): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response.body as AsyncIterable<Buffer>) {
    bytes += part.length;
    // Leaving the loop ends the connection.
    if (bytes > MAX_BODY)
      throw new CapabilityError('ERR_BODY_TOO_LARGE', `The answer is larger than ${MAX_BODY >> 20} MiB.`);
    parts.push(part);
  }
  const base64 = Buffer.concat(parts).toString('base64');
  const { status, statusText, headers } = response;
  return { status, statusText, url, redirected, headers, base64 };
}
