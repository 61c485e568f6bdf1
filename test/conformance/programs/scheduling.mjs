import { scheduler, setImmediate, setInterval, setTimeout } from 'node:timers/promises';

console.log(await setTimeout(1, 'timeout'), await setImmediate('immediate'));
await scheduler.yield();
let n = 0;
for await (const value of setInterval(1, 'tick')) {
  console.log(value);
  if (++n === 3) break;
}
console.log(Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5));
