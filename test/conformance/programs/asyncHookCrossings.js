// varies
// Hooks that reach native code themselves, told of what native code makes, numbers, calls and destroys.
const { createHook, executionAsyncId } = require('node:async_hooks');
const { connect, createServer } = require('node:net');
const lines = [];
const note = (text) => {
  process.hrtime();
  lines.push(text);
};
createHook({
  init(id, type, trigger) {
    note(`init ${type} ${id} ${trigger} ${typeof this.enable}`);
  },
  before: (id) => note(`before ${id} ${executionAsyncId()}`),
  after: (id) => note(`after ${id}`),
  destroy: (id) => note(`destroy ${id}`),
}).enable();
const server = createServer((socket) => {
  socket.resume().end('hello');
  server.close();
}).listen(0, () => {
  const client = connect(server.address().port, () => client.end('x')).resume();
});
require('node:dns').lookup('localhost', () => note(`looked up ${executionAsyncId()}`));
require('node:fs').readFile(__filename, () => note(`read ${executionAsyncId()}`));
require('node:crypto').pbkdf2('a', 'b', 1, 8, 'sha1', () => note('derived'));
require('node:zlib').gzip('x', () => note('compressed'));
setImmediate(() => note('immediate'));
process.on('exit', () => console.log(lines.join('\n')));
