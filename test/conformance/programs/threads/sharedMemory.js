// Memory of two threads: who waits, who wakes, what each sees behind it.
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');

if (isMainThread) {
  const memory = new SharedArrayBuffer(64);
  const cells = new Int32Array(memory);
  const worker = new Worker(__filename, { workerData: { memory, cells } });
  cells[4] = 11;
  Atomics.store(cells, 0, 1);
  Atomics.notify(cells, 0);
  worker.on('message', ({ back }) => {
    console.log('main', back.buffer === memory, Array.from(cells).slice(0, 6));
    Atomics.store(cells, 1, 5);
    Atomics.notify(cells, 1);
  });
  worker.on('exit', (code) => console.log('exit', code, Atomics.load(cells, 2)));
  // Only the thread of the program waits so, and the other wakes it.
  const later = Atomics.waitAsync?.(cells, 6, 0);
  later?.value.then((how) => console.log('main was woken', how, cells[7]));
} else {
  const { memory, cells } = workerData;
  console.log(memory instanceof SharedArrayBuffer, cells.buffer === memory);
  console.log(Atomics.wait(cells, 0, 0, 10_000) !== 'timed-out', Atomics.load(cells, 0), cells[4]);
  Atomics.add(cells, 2, 42);
  parentPort.postMessage({ back: cells });
  Atomics.wait(cells, 1, 0, 10_000);
  console.log('woken', Atomics.load(cells, 1));
  cells[7] = 77;
  Atomics.store(cells, 6, 1);
  Atomics.notify(cells, 6);
}
