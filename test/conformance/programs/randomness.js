// varies
const crypto = require('node:crypto');
console.log(
  Math.random(),
  Math.random(),
  crypto.randomUUID(),
  crypto.randomBytes(8).toString('hex'),
  crypto.randomInt(1e9),
);
console.log(crypto.webcrypto.getRandomValues(new Uint8Array(4)), globalThis.crypto.randomUUID());
crypto.randomBytes(4, (_error, bytes) => console.log(bytes.toString('hex')));
crypto.randomFill(new Uint32Array(3), (_error, values) => console.log(values));
