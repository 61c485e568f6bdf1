const cluster = require('node:cluster');
const http = require('node:http');
if (cluster.isPrimary) {
  const worker = cluster.fork();
  worker.on('message', ({ port }) =>
    http.get({ port, host: '127.0.0.1' }, (response) => {
      response.resume().on('end', () => {
        console.log('answered', response.statusCode);
        worker.disconnect();
      });
    }),
  );
  cluster.on('exit', (_worker, code) => console.log('worker left', code));
} else {
  const server = http.createServer((_request, response) => response.end('x'));
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
}
