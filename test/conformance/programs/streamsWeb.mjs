import { Readable, Transform } from 'node:stream';
import { text } from 'node:stream/consumers';

const upper = new Transform({ transform: (chunk, _encoding, done) => done(null, chunk.toString().toUpperCase()) });
console.log(await text(Readable.from(['a', 'b']).pipe(upper)));
console.log(await text(new ReadableStream({ pull: (c) => (c.enqueue('z'), c.close()) })));
console.log(
  await text(
    new Blob(['packed'])
      .stream()
      .pipeThrough(new CompressionStream('gzip'))
      .pipeThrough(new DecompressionStream('gzip')),
  ),
);
