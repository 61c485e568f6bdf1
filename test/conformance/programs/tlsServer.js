const tls = require('node:tls');
const https = require('node:https');
const { execFileSync } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const folder = mkdtempSync(`${require('node:os').tmpdir()}/apex-conformance-`);
execFileSync(
  'openssl',
  [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=localhost',
    '-keyout',
    `${folder}/k`,
    '-out',
    `${folder}/c`,
  ],
  { stdio: 'ignore' },
);
const options = { key: readFileSync(`${folder}/k`), cert: readFileSync(`${folder}/c`) };
rmSync(folder, { recursive: true });
const server = https.createServer(options, (request, response) => response.end(`secure ${request.url}`));
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  https.get({ port, host: '127.0.0.1', rejectUnauthorized: false, path: '/a' }, (response) => {
    console.log(response.socket.getProtocol(), response.socket.getPeerCertificate().subject.CN, response.statusCode);
    response.setEncoding('utf8').on('data', (text) => console.log(text));
    response.on('end', () => {
      server.close(() => console.log('closed'));
      response.socket.destroy();
    });
  });
});
console.log(tls.getCiphers().length > 10);
