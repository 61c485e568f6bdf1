// Wrong arguments are refused by the native constructor of a job, before it runs.
const { generateKeyPairSync, sign, verify } = require('node:crypto');
const { publicKey, privateKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'open' },
});
try {
  sign('sha256', Buffer.from('text'), privateKey);
} catch (error) {
  console.log(error.code);
}
const signature = sign('sha256', Buffer.from('text'), { key: privateKey, passphrase: 'open' });
console.log(verify('sha256', Buffer.from('text'), publicKey, signature));
