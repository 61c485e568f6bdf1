const channel = require('node:diagnostics_channel');
const http = require('node:http');
for (const name of ['http.client.request.start', 'http.server.request.start', 'http.client.response.finish']) {
  channel.subscribe(name, (message, published) => console.log(published, Object.keys(message).join()));
}
const server = http.createServer((_request, response) => response.end());
server.listen(0, '127.0.0.1', () =>
  http.get({ port: server.address().port, host: '127.0.0.1' }, (response) =>
    response.resume().on('end', () => server.close()),
  ),
);
