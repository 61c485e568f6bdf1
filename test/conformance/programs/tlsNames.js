// Clients that name the server: native code puts the name on the server's socket. HTTP/2 by ALPN, with a file sent natively.
const https = require('node:https');
const http2 = require('node:http2');
const { execFileSync } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const folder = mkdtempSync(`${require('node:os').tmpdir()}/apex-conformance-`);
const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost`;
execFileSync('openssl', [...words.split(' '), '-keyout', `${folder}/k`, '-out', `${folder}/c`], { stdio: 'ignore' });
const options = { key: readFileSync(`${folder}/k`), cert: readFileSync(`${folder}/c`) };
rmSync(folder, { recursive: true });

const server = https.createServer(options, (request, response) => response.end(`for ${request.socket.servername}`));
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const client = { port, host: '127.0.0.1', servername: 'shop.example', rejectUnauthorized: false, agent: false };
  https.get(client, (response) => {
    response.setEncoding('utf8').on('data', (text) => console.log(response.statusCode, text));
    response.on('end', () => server.close(secureHttp2));
  });
});

function secureHttp2() {
  const second = http2.createSecureServer(options);
  second.on('stream', (stream, headers) => {
    console.log(stream.session.alpnProtocol, headers[':path']);
    stream.respondWithFile(__filename, { ':status': 200 }, { offset: 3, length: 32 });
  });
  second.listen(0, '127.0.0.1', () => {
    const url = `https://localhost:${second.address().port}`;
    const session = http2.connect(url, { rejectUnauthorized: false, host: '127.0.0.1' });
    const stream = session.request({ ':path': '/file' });
    stream.setEncoding('utf8').on('data', (text) => console.log(text));
    stream.on('close', () => session.close(() => second.close(() => console.log('closed'))));
  });
}
