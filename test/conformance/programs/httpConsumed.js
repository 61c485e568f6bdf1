// mask: :\d{4,5}\b
// A server's parser reads its socket beneath JavaScript: what handlers see of that, and the ways out of it.
const http = require('node:http');
const net = require('node:net');

const stackOf = () =>
  new Error().stack
    .split('\n')
    .slice(1)
    .map((line) => line.trim().replace(/\(?(?:\/|[A-Z]:).*[\\/]/, '('))
    .join(' | ');

const server = http.createServer((request, response) => {
  if (request.url === '/stack') console.log('stack', stackOf());
  if (request.url === '/listen') request.socket.on('data', () => console.log('data beside the parser'));
  let body = '';
  request.setEncoding('utf8').on('data', (text) => {
    body += text;
  });
  request.on('end', () => response.end(`${request.method} ${request.url} ${body.length} ${request.socket.bytesRead}`));
});
server.on('upgrade', (request, socket, head) => {
  console.log('upgrade', request.url, String(head), stackOf());
  socket.on('data', (data) => {
    console.log('after upgrade', String(data));
    socket.end(`echo ${data}`);
  });
  socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: own\r\nConnection: Upgrade\r\n\r\n');
});
server.on('clientError', (error, socket) => {
  console.log('clientError', error.code, String(error.rawPacket));
  socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
});

/** Sends each part when something came back for the one before; gives all that came until the end. */
function talk(...parts) {
  return new Promise((done) => {
    let all = '';
    const socket = net.connect(server.address().port, '127.0.0.1', () => socket.write(parts.shift()));
    socket.setEncoding('latin1').on('data', (text) => {
      all += text.replace(/Date: .*\r\n/g, '');
      if (parts.length > 0) socket.write(parts.shift());
    });
    socket.on('end', () => done(all));
  });
}

const get = (path, connection = 'keep-alive') => `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: ${connection}\r\n\r\n`;

server.listen(0, '127.0.0.1', async () => {
  console.log(await talk(get('/stack'), get('/again', 'close')));
  console.log(await talk(get('/one') + get('/two') + get('/three', 'close')));
  const post = 'POST /post HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 200000\r\n\r\n';
  console.log(await talk(post, 'x'.repeat(200_000)));
  console.log(await talk(get('/listen'), get('/listened', 'close')));
  const upgrade = 'GET /up HTTP/1.1\r\nHost: a\r\nUpgrade: own\r\nConnection: Upgrade\r\n\r\n';
  console.log(await talk(`${upgrade}the head`, 'more'));
  console.log(await talk('NONSENSE / HTTP/9\r\n\r\n'));
  server.close();
});
