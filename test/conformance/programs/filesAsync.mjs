import { createReadStream, createWriteStream, readFile, stat, watch } from 'node:fs';
import { mkdtemp, open, opendir, readFile as read, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const folder = await mkdtemp(join(tmpdir(), 'apex-conformance-'));
const file = join(folder, 'a');
await writeFile(file, 'x'.repeat(200_000));
const handle = await open(file);
const { bytesRead, buffer } = await handle.read(Buffer.alloc(10), 0, 10, 5);
console.log(bytesRead, buffer.toString(), (await handle.stat()).size);
let lines = 0;
for await (const line of handle.readLines()) lines += line.length;
console.log(lines);
await pipeline(createReadStream(file), createWriteStream(`${file}2`));
console.log((await read(`${file}2`)).length);
await new Promise((done) =>
  stat(`${file}3`, (error) => done(console.log(error.code, error.message.replace(folder, '')))),
);
await new Promise((done) => readFile(file, 'latin1', (_error, text) => done(console.log(text.length))));
for await (const entry of await opendir(folder)) console.log(entry.isFile());
await Promise.allSettled([read(`${folder}/no`)]).then(([result]) => console.log(result.status, result.reason.code));
const watcher = watch(folder, (event) => {
  console.log('changed', event);
  watcher.close();
});
setTimeout(() => writeFile(join(folder, 'b'), 'b'), 20);
watcher.on('close', () => rm(folder, { recursive: true }));
