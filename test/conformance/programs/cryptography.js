const crypto = require('node:crypto');
console.log(
  crypto.createHash('sha256').update('a').digest('hex').slice(0, 8),
  crypto.createHmac('sha1', 'k').update('a').digest('hex').slice(0, 8),
);
console.log(
  crypto.pbkdf2Sync('p', 's', 10, 8, 'sha256').toString('hex'),
  crypto.scryptSync('p', 's', 8).toString('hex'),
);
crypto.pbkdf2('p', 's', 10, 8, 'sha1', (_error, key) => console.log('pbkdf2', key.toString('hex')));
const { publicKey, privateKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signature = crypto.sign('sha256', Buffer.from('x'), privateKey);
console.log(crypto.verify('sha256', Buffer.from('x'), publicKey, signature));
const cipher = crypto.createCipheriv('aes-128-gcm', Buffer.alloc(16), Buffer.alloc(12));
console.log(cipher.update('secret', 'utf8', 'hex') + cipher.final('hex'), cipher.getAuthTag().toString('hex'));
(async () => {
  const { subtle } = crypto.webcrypto;
  const key = await subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt', 'decrypt']);
  const iv = new Uint8Array(12);
  const sealed = await subtle.encrypt({ name: 'AES-GCM', iv }, key, Buffer.from('web'));
  console.log(Buffer.from(await subtle.decrypt({ name: 'AES-GCM', iv }, key, sealed)).toString());
  console.log(
    Buffer.from(await subtle.digest('SHA-256', Buffer.from('z')))
      .toString('hex')
      .slice(0, 8),
  );
  console.log((await subtle.exportKey('raw', key)).byteLength);
})();
