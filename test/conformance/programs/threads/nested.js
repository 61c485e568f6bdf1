// Threads that start threads, and processes; streams, files and a server within a thread.
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const { Worker, parentPort, threadId, workerData } = require('node:worker_threads');

const depth = workerData ?? 0;
console.log('depth', depth, threadId);
if (depth < 2) {
  const worker = new Worker(__filename, { workerData: depth + 1, stdin: depth === 1 });
  worker.stdin?.end(`input for ${depth + 1}`);
  worker.on('message', (message) => {
    console.log(depth, 'hears', message);
    parentPort?.postMessage(`${message}!`);
  });
  worker.on('exit', (code) => console.log(depth, 'lost its thread', code));
} else {
  process.stdin.on('data', (text) => console.log('stdin', String(text)));
  console.log('child', execFileSync(process.execPath, ['-p', '6 * 7'], { encoding: 'utf8' }));
  const server = http.createServer((_request, response) => response.end(`at ${Date.now()}`)).listen(0, '127.0.0.1', async () => {
    const response = await fetch(`http://127.0.0.1:${server.address().port}`);
    const size = (await fs.promises.readFile(__filename)).length;
    parentPort.postMessage(`${await response.text()} ${size > 0} ${performance.now()}`);
    server.close();
  });
}
