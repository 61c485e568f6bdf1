// varies
const crypto = require('node:crypto');
const { publicKey, privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 1024 });
console.log(publicKey.export({ type: 'spki', format: 'pem' }));
crypto.generateKeyPair('ed25519', {}, (_error, pair) => {
  console.log(
    pair.publicKey.export({ format: 'jwk' }).x,
    crypto.sign(null, Buffer.from('m'), pair.privateKey).toString('hex'),
  );
});
crypto.generateKey('hmac', { length: 128 }, (_error, key) => console.log(key.export().toString('hex')));
const ecdh = crypto.createECDH('prime256v1');
console.log(ecdh.generateKeys('hex').length, ecdh.getPublicKey('hex'));
console.log(crypto.privateDecrypt(privateKey, crypto.publicEncrypt(publicKey, Buffer.from('sealed'))).toString());
crypto.webcrypto.subtle
  .generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  .then(async (pair) => console.log(await crypto.webcrypto.subtle.exportKey('jwk', pair.publicKey)));
