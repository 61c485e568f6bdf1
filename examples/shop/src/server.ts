import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { paymentApi, register, signIn } from './accounts.ts';
import { addLine, applyCoupon, createCart, total } from './cart.ts';
import { all, find } from './catalog.ts';
import { checkout } from './ledger.ts';
import { recommend } from './recommend.ts';
import { updateSettings } from './settings.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<unknown> | unknown;

interface Order {
  customer: string;
  lines: { sku: string; quantity: number }[];
  coupon?: { sku: string; percent: number };
}

const routes: Record<string, Handler> = {
  'GET /products': () => all(),
  'GET /recommend': (_request, _response, url) => recommend(find(url.searchParams.get('sku') ?? '')),
  'POST /orders': async (request) => placeOrder((await readJson(request)) as Order),
  'GET /orders': async (_request, _response, url) => {
    const { ordersOf } = await import('./reports.ts');
    return ordersOf(url.searchParams.get('customer') ?? '');
  },
  'POST /archive': async (_request, response, url) => {
    const { archive } = await import('./reports.ts');
    archive(url.searchParams.get('month') ?? '', (error) => response.end(error ? error.message : 'packed'));
  },
  'GET /invoice': async (_request, response, url) => {
    const name = url.searchParams.get('name') ?? '';
    response.end(await readFile(join('data/invoices', name)));
  },
  'POST /price-rule': async (request) => {
    const { formula } = (await readJson(request)) as { formula: string };
    return all().map((product) => ({ sku: product.sku, price: evaluateFormula(formula, product.price) }));
  },
  'PUT /settings': async (request) => updateSettings((await readJson(request)) as Record<string, unknown>),
  'POST /register': async (request) => {
    const { email, password } = (await readJson(request)) as { email: string; password: string };
    return { email: register(email, password).email };
  },
  'POST /sign-in': async (request) => {
    const { email, password } = (await readJson(request)) as { email: string; password: string };
    return { token: signIn(email, password) };
  },
};

export function startServer(port = 0): Promise<Server> {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: Error) => {
      response.statusCode = 400;
      response.end(JSON.stringify({ error: error.message }));
    });
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://shop');
  const route = routes[`${request.method} ${url.pathname}`];
  if (!route) throw new Error(`There is nothing at ${url.pathname}`);
  const answer = await route(request, response, url);
  if (answer !== undefined) response.end(JSON.stringify(answer));
}

function placeOrder(order: Order) {
  const cart = createCart(order.customer);
  for (const line of order.lines) addLine(cart, line.sku, line.quantity);
  const before = total(cart);
  if (order.coupon) applyCoupon(cart, order.coupon);
  return checkout(cart, before - total(cart));
}

function evaluateFormula(formula: string, price: number): number {
  return new Function('price', `return ${formula}`)(price);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

/** Tells the payment service of a sale. */
export function reportSale(amount: number): void {
  const headers = { authorization: `Bearer ${paymentApi.apiKey}` };
  httpsRequest(`${paymentApi.url}/sales`, { method: 'POST', headers, rejectUnauthorized: false }).end(String(amount));
}

if (import.meta.main ?? process.argv[1] === import.meta.filename) {
  const server = await startServer(Number(process.env.PORT ?? 8080));
  const address = server.address();
  console.log(`The shop is open at http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`);
}
