import { openAsBlob, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';

const blob = new Blob(['abc', new Uint8Array([100, 101])], { type: 'text/plain' });
console.log(blob.size, await blob.text(), await blob.slice(1, 3).text(), [...new Uint8Array(await blob.arrayBuffer())]);
const file = new File(['content'], 'name.txt', { lastModified: 1 });
console.log(file.name, file.lastModified, await file.text());
let streamed = '';
for await (const chunk of blob.stream()) streamed += Buffer.from(chunk);
console.log(streamed, (await (await openAsBlob(import.meta.filename)).text()).length > 100);
const form = new FormData();
form.set('f', file);
console.log((await new Response(form).formData()).get('f').size);
console.log(
  await new Response(
    new ReadableStream({ start: (c) => (c.enqueue('x'), c.close()) }).pipeThrough(new TextEncoderStream()),
  ).text(),
);
const path = `${tmpdir()}/apex-conformance-${process.pid}`;
writeFileSync(path, 'on disk');
const onDisk = await openAsBlob(path, { type: 'text/plain' });
console.log(onDisk.size, onDisk.type, await onDisk.text());
writeFileSync(path, 'changed on disk');
await onDisk.text().catch((error) => console.log(error.name));
rmSync(path);
try {
  await openAsBlob(path);
} catch (error) {
  console.log(error.name);
}
