// Memory that a worker writes while the main thread waits in Atomics.wait, as esbuild's and other synchronous calls do.
const { Worker, MessageChannel, receiveMessageOnPort } = require('node:worker_threads');

const memory = new Int32Array(new SharedArrayBuffer(64));
const counts = new BigInt64Array(new SharedArrayBuffer(16));
const { port1, port2 } = new MessageChannel();
const worker = new Worker(
  `const { workerData, parentPort } = require('node:worker_threads');
  const { memory, counts, port } = workerData;
  for (let round = 1; round <= 3; round++) {
    while (Atomics.load(memory, 1) < round) Atomics.wait(memory, 1, round - 1);
    port.postMessage({ round });
    memory[4 + round] = round * 11;
    Atomics.add(counts, 0, BigInt(round));
    Atomics.store(memory, 0, round);
    Atomics.notify(memory, 0);
  }
  parentPort.once('message', () => { memory[10] = 99; parentPort.postMessage('done'); });`,
  { eval: true, workerData: { memory, counts, port: port2 }, transferList: [port2] },
);
for (let round = 1; round <= 3; round++) {
  Atomics.store(memory, 1, round);
  Atomics.notify(memory, 1);
  while (Atomics.load(memory, 0) < round) Atomics.wait(memory, 0, round - 1);
  console.log(memory[4 + round], Atomics.load(counts, 0), receiveMessageOnPort(port1));
}
worker.on('message', (message) => {
  console.log(message, memory[10]);
  port1.close();
});
worker.postMessage('go');
console.log(String(Atomics.load), Atomics.wait.name, Atomics.wait.length);
try {
  Atomics.load({}, 0);
} catch (error) {
  console.log(error.name);
}
