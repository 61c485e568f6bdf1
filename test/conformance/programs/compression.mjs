import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

const text = 'compress me '.repeat(5000);
for (const [pack, unpack] of [
  ['gzip', 'gunzip'],
  ['deflateRaw', 'inflateRaw'],
  ['brotliCompress', 'brotliDecompress'],
]) {
  const packed = await promisify(zlib[pack])(text);
  console.log(
    pack,
    packed.length,
    (await promisify(zlib[unpack])(packed)).toString() === text,
    zlib[`${pack}Sync`](text).length,
  );
}
if (zlib.zstdCompressSync)
  console.log((await promisify(zlib.zstdDecompress)(await promisify(zlib.zstdCompress)(text))).length);
const chunks = [];
await pipeline(Readable.from([text, text]), zlib.createGzip(), zlib.createGunzip(), async (source) => {
  for await (const chunk of source) chunks.push(chunk);
});
console.log(Buffer.concat(chunks).length);
await promisify(zlib.gunzip)(Buffer.from('not gzip')).catch((error) => console.log(error.code));
