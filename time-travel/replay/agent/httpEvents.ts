import type { Agent } from './agent.ts';

type Tell = (kind: 'request' | 'network', text: string, subject: object) => void;

interface Exchange {
  method?: string;
  url?: string;
  path?: string;
  origin?: string;
  host?: string;
}

/**
 * HTTP as Node itself publishes it (`node:diagnostics_channel`), whatever framework the program uses: requests that it
 * serves, and those that it makes with `http`, `https` or `fetch`.
 */
export function watchHttp(agent: Agent, began: Tell, ended: (subject: object) => void): void {
  const { subscribe } = agent.require('diagnostics_channel') as typeof import('node:diagnostics_channel');
  // A channel reports what its subscriber throws to the program.
  const on = (channel: string, receive: (message: Record<string, Exchange>) => void) =>
    subscribe(channel, (message) => {
      try {
        receive(message as Record<string, Exchange>);
      } catch {
        // A message of another shape than this Node is known to publish.
      }
    });
  on('http.server.request.start', ({ request }) => began('request', `${request!.method} ${request!.url}`, request!));
  on('http.server.response.finish', ({ request }) => ended(request!));
  on('http.client.request.start', ({ request }) =>
    began('network', `${request!.method} ${request!.host}${request!.path}`, request!),
  );
  on('http.client.response.finish', ({ request }) => ended(request!));
  on('http.client.request.error', ({ request }) => ended(request!));
  on('undici:request:create', ({ request }) =>
    began('network', `fetch ${request!.method} ${request!.origin}${request!.path}`, request!),
  );
  on('undici:request:trailers', ({ request }) => ended(request!));
  on('undici:request:error', ({ request }) => ended(request!));
}
