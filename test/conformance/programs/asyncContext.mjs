import { AsyncLocalStorage, AsyncResource, executionAsyncId } from 'node:async_hooks';
import { readFile } from 'node:fs';
import { stat } from 'node:fs/promises';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const storage = new AsyncLocalStorage();
const show = (label) => console.log(label, storage.getStore());
await new Promise((done) => storage.run('callback', () => readFile(import.meta.filename, () => done(show('readFile')))));
await storage.run('promise', async () => {
  await stat('.');
  show('stat');
  await sleep(1);
  show('sleep');
});
const resource = storage.run('resource', () => new AsyncResource('R'));
resource.runInAsyncScope(() => show('resource'));
const server = http.createServer((request, response) =>
  storage.run(request.url, () => setTimeout(() => (show('server'), response.end()), 1)),
);
server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  for (const path of ['/a', '/b']) {
    await storage.run(`client ${path}`, async () => {
      await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
      show('fetched');
    });
  }
  server.close();
  server.closeAllConnections();
});
console.log(executionAsyncId() >= 0);
