// A compressor that is closed while a thread still compresses: the completion comes all the same.
const zlib = require('node:zlib');
for (const make of [zlib.createDeflate, zlib.createBrotliCompress]) {
  const stream = make();
  stream.on('close', () => console.log('closed'));
  stream.write(Buffer.alloc(200_000, 'abc'), () => console.log('written'));
  stream.destroy();
}
process.on('exit', () => console.log('end'));
