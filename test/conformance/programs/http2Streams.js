const http2 = require('node:http2');
const server = http2.createServer();
server.on('stream', (stream, headers) => {
  stream.respond({ ':status': 200, 'x-path': headers[':path'] });
  stream.end(`body of ${headers[':path']}`);
});
server.listen(0, '127.0.0.1', () => {
  const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
  let left = 3;
  for (const path of ['/a', '/b', '/c']) {
    const request = client.request({ ':path': path });
    let body = '';
    request.setEncoding('utf8');
    request.on('response', (headers) => console.log(headers[':status'], headers['x-path']));
    request.on('data', (text) => (body += text));
    request.on('end', () => {
      console.log(body);
      if (--left === 0) {
        client.close();
        server.close(() => console.log('closed'));
      }
    });
    request.end();
  }
});
