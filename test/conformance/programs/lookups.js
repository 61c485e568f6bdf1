const dns = require('node:dns');
const os = require('node:os');
dns.lookup('localhost', { family: 4 }, (_error, address) => console.log(address));
dns.promises.lookup('127.0.0.1').then(({ address }) => console.log(address));
console.log(
  os.EOL,
  typeof os.hostname(),
  os.cpus().length > 0,
  os.totalmem() > 0,
  os.userInfo().uid === process.getuid(),
  os.tmpdir().length > 0,
);
console.log(process.cwd() === __dirname || process.cwd().length > 0, process.umask(), process.argv.length);
