// varies
// flags: --expose-gc
// Entries that native code makes: garbage collection, HTTP/2 sessions and streams.
import { connect, createServer } from 'node:http2';
import { PerformanceObserver } from 'node:perf_hooks';

const seen = [];
const observer = new PerformanceObserver((list) => {
  for (const { name, entryType, startTime, duration, detail } of list.getEntries()) {
    seen.push([name, entryType, startTime, duration, detail?.type ?? detail?.kind, detail?.framesReceived]);
  }
});
observer.observe({ entryTypes: ['gc', 'http2'] });
globalThis.gc();
const server = createServer().on('stream', (stream) => {
  stream.respond({ ':status': 200 });
  stream.end('hello');
});
await new Promise((listening) => server.listen(0, listening));
const client = connect(`http://localhost:${server.address().port}`, { maxSessionInvalidFrames: 5 });
const request = client.request({ ':path': '/' }).resume();
await new Promise((ended) => request.on('end', ended));
client.close();
server.close();
while (!seen.some(([name]) => name === 'Http2Session')) await new Promise((later) => setTimeout(later, 5));
console.log(seen.some(([, type]) => type === 'gc'), seen);
