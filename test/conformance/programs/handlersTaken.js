// Programs that put themselves between a native handle and the handler of Node's library.
const net = require('node:net');
const vm = require('node:vm');

const server = net.createServer((socket) => {
  socket.on('error', () => {});
  socket.end('hello');
  server.close();
});
server.listen(0, () => {
  const { onconnection } = server._handle;
  let calls = 0;
  server._handle.onconnection = function (status, handle) {
    calls++;
    console.log('a connection', calls, this === server._handle);
    return onconnection.call(server._handle, status, handle);
  };
  net.connect(server.address().port).on('data', (data) => console.log(String(data)));
});
server.on('close', () => console.log('closed'));

// Functions of Node's library that the recorder replaces can be constructed as before.
console.log(typeof new vm.runInNewContext('({})'), typeof new vm.createContext({}));
