import http from 'node:http';

const server = http.createServer((request, response) => {
  let size = 0;
  request.on('data', (chunk) => {
    size += chunk.length;
  });
  request.on('end', () => {
    response.setHeader('x-size', size);
    if (request.url === '/slow') setTimeout(() => response.end('slow'), 5);
    else response.end(JSON.stringify({ url: request.url, method: request.method, size }));
  });
});
server.listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const base = `http://127.0.0.1:${server.address().port}`;
console.log(await (await fetch(`${base}/fetch?a=1`)).json());
console.log(await (await fetch(`${base}/post`, { method: 'POST', body: 'x'.repeat(100_000) })).json());
const agent = new http.Agent({ keepAlive: true });
for (const path of ['/1', '/2', '/slow']) {
  const text = await new Promise((done) =>
    http.get(base + path, { agent }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => (body += chunk));
      response.on('end', () => done(body));
    }),
  );
  console.log(text);
}
const controller = new AbortController();
setTimeout(() => controller.abort(), 1);
await fetch(`${base}/slow`, { signal: controller.signal }).catch((error) => console.log(error.name));
await new Promise((done) => http.get('http://127.0.0.1:1/').on('error', (error) => done(console.log(error.code))));
agent.destroy();
server.close(() => console.log('closed'));
server.closeAllConnections();
