// Every way in which a thread ends.
const { Worker } = require('node:worker_threads');

const run = (name, code, onMessage) =>
  new Promise((done) => {
    const worker = new Worker(code, { eval: true });
    worker.on('error', (error) => console.log(name, 'error', error.name, error.message, error.stack.split('\n').length > 1));
    worker.on('message', (message) => onMessage?.(worker, message));
    worker.on('exit', (code) => {
      console.log(name, 'exit', code);
      done();
    });
  });
const stop = (worker) => worker.terminate();

(async () => {
  await run('throws', 'setTimeout(() => { throw new RangeError("too far"); }, 2)');
  await run('throws at once', 'throw new TypeError("at once")');
  await run('rejects', 'Promise.reject(new Error("rejected"))');
  await run('leaves', 'process.on("exit", (code) => console.log("leaving", code)); setTimeout(() => process.exit(7), 2)');
  await run('catches', 'process.on("uncaughtException", (error) => console.log("caught", error.message)); setTimeout(() => { throw new Error("c"); }, 1)');
  await run('is stopped', 'setInterval(() => {}, 10); require("node:worker_threads").parentPort.postMessage("up")', stop);
  await run('is stopped while it computes', 'require("node:worker_threads").parentPort.postMessage("up"); for (;;);', stop);
  await run('is stopped while it waits', 'require("node:worker_threads").parentPort.postMessage("up"); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)', stop);
  // Several in one turn: nothing of the program runs between their ends.
  await Promise.all([1, 2, 3, 4].map((n) => run(`one of many ${n}`, 'require("node:os")').then(() => console.log('after', n))));
})();
