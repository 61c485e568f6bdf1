const { Worker, isMainThread, parentPort, workerData, threadId } = require('node:worker_threads');
if (isMainThread) {
  const worker = new Worker(__filename, { workerData: { start: 5 } });
  worker.on('online', () => console.log('online'));
  worker.on('message', (message) => {
    console.log('from worker', message);
    if (message.done) worker.terminate().then((code) => console.log('terminated', code));
  });
  worker.on('exit', (code) => console.log('exit', code));
  worker.postMessage({ add: 1 });
  worker.postMessage({ add: 2 });
} else {
  let sum = workerData.start;
  console.log('in worker', threadId > 0);
  parentPort.on('message', ({ add }) => {
    sum += add;
    parentPort.postMessage({ sum, done: sum === 8 });
  });
}
