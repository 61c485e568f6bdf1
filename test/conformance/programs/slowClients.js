// A client that never ends its request: the server looks for such connections by the clock, in native code.
// The times leave a busy machine room to read what the client did send: a server that has not resets the connection.
const http = require('node:http');
const net = require('node:net');
const server = http.createServer(
  { headersTimeout: 400, requestTimeout: 400, connectionsCheckingInterval: 50 },
  (_request, response) => response.end('never'),
);
server.listen(0, '127.0.0.1', () => {
  const socket = net.connect(server.address().port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
  socket.setEncoding('utf8').on('data', (text) => console.log(text.split('\r\n')[0]));
  socket.on('close', () => {
    console.log('closed');
    server.close();
  });
});
