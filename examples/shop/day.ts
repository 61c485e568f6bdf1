// A day at the shop: opens it, serves some customers and closes the till. The till does not add up. Why?
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { priceList } from './src/catalog.ts';
import { closeDay } from './src/ledger.ts';
import { startServer } from './src/server.ts';

const orders = [
  { customer: 'Ada', lines: [{ sku: 'teapot', quantity: 1 }, { sku: 'cup', quantity: 4 }] },
  { customer: 'Ben', lines: [{ sku: 'mill', quantity: 1 }] },
  { customer: 'Cleo', lines: [{ sku: 'teapot', quantity: 1 }], coupon: { sku: 'teapot', percent: 25 } },
  { customer: 'Dan', lines: [{ sku: 'sencha', quantity: 3 }] },
  { customer: 'Eve', lines: [{ sku: 'kettle', quantity: 1 }, { sku: 'teapot', quantity: 1 }] },
  { customer: 'Finn', lines: [{ sku: 'cup', quantity: 2 }, { sku: 'sencha', quantity: 1 }] },
];

const morningPrices = priceList();
const server = await startServer();
const { port } = server.address() as AddressInfo;
const shop = `http://127.0.0.1:${port}`;
console.log(`The shop opens at ${new Date().toISOString()}`);

for (const order of orders) {
  const response = await fetch(`${shop}/orders`, { method: 'POST', body: JSON.stringify(order) });
  const receipt = (await response.json()) as { number: number; customer: string; paid: number };
  console.log(`Receipt ${receipt.number}: ${receipt.customer} paid ${(receipt.paid / 100).toFixed(2)}`);
  await pause(Math.random() * 20);
}

const liked = (await (await fetch(`${shop}/recommend?sku=teapot`)).json()) as { name: string }[];
console.log(`Who likes the teapot may like: ${liked.map((product) => product.name).join(', ')}`);

server.close();
server.closeAllConnections();
await once(server, 'close');
const { paid } = closeDay(morningPrices);
console.log(`The till holds ${(paid / 100).toFixed(2)}`);
