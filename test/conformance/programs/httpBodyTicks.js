// Ticks run between the parts of a request that came in one read: by then no part behind them was seen.
const http = require('node:http');
const net = require('node:net');
const { AsyncLocalStorage } = require('node:async_hooks');

const store = new AsyncLocalStorage();
const seen = [];
let requests = 0;
let sendBody = () => {};
const server = http.createServer((request, response) =>
  store.run(++requests, () => {
    process.nextTick(() => seen.push(`tick ${request.complete}`));
    Promise.resolve().then(() => seen.push(`microtask ${request.complete}`));
    request.on('data', (chunk) => seen.push(`data ${chunk} in ${store.getStore()}`));
    request.on('end', () => {
      seen.push(`end in ${store.getStore()}`);
      response.end('done');
    });
    sendBody();
  }),
);
const head = (more) => `POST / HTTP/1.1\r\nHost: here\r\n${more}\r\n`;
server.listen(0, '127.0.0.1', () => {
  const socket = net.connect(server.address().port, '127.0.0.1');
  // Head and body in one piece, then in chunks, then the body behind the head.
  socket.write(`${head('Content-Length: 3\r\n')}abc`);
  const next = [
    () => socket.write(`${head('Transfer-Encoding: chunked\r\n')}2\r\nde\r\n1\r\nf\r\n0\r\n\r\n`),
    () => {
      sendBody = () => socket.write('ghi');
      socket.write(head('Content-Length: 3\r\nConnection: close\r\n'));
    },
  ];
  socket.on('data', () => next.shift()?.());
  socket.on('close', () => {
    server.close();
    console.log(seen.join('\n'));
  });
});
