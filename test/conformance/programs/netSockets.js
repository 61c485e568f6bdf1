const net = require('node:net');
const server = net.createServer((socket) => {
  socket.on('data', (data) => socket.write(data.toString().toUpperCase()));
  socket.on('end', () => socket.end());
});
server.listen(0, '127.0.0.1', () => {
  const client = net.connect(server.address().port, '127.0.0.1', () => client.write('hello'));
  client.setEncoding('utf8');
  client.once('data', (text) => {
    console.log(text, client.remoteAddress, client.bytesWritten, client.bytesRead);
    client.end();
  });
  client.on('close', (failed) => {
    console.log('closed', failed);
    server.close();
  });
});
server.getConnections((_error, count) => console.log('connections', count));
