// A thread that writes to the descriptors itself, between what its program prints.
const fs = require('node:fs');
const { Worker, isMainThread, parentPort } = require('node:worker_threads');

if (isMainThread) {
  console.log('before');
  const worker = new Worker(__filename);
  worker.on('message', (round) => {
    console.log('between', round);
    worker.postMessage(round);
  });
} else {
  let round = 0;
  const write = () => {
    fs.writeSync(1, `out ${++round}\n`);
    fs.writeSync(2, `err ${round}\n`);
    parentPort.postMessage(round);
  };
  parentPort.on('message', () => (round < 3 ? write() : parentPort.close()));
  write();
}
