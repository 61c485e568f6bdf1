// What a program asks of a thread while it runs: its heap, times and profiles; and what native code refuses for one.
const { Worker, isMainThread, parentPort } = require('node:worker_threads');

async function main() {
  for (const options of [{ execArgv: ['--title=x'] }, { env: { NODE_OPTIONS: '--title=x' } }]) {
    try {
      new Worker(__filename, options);
    } catch (error) {
      console.log(error.code, error.message);
    }
  }
  const worker = new Worker(__filename, { execArgv: ['--no-warnings', true] });
  await new Promise((done) => worker.once('message', done));
  const ended = new Promise((done) => worker.on('exit', done));
  console.log(worker.performance.eventLoopUtilization().utilization >= 0);
  if (worker.getHeapStatistics) console.log(Object.keys(await worker.getHeapStatistics()).length > 5);
  if (worker.cpuUsage) console.log((await worker.cpuUsage()).user > 0);
  let length = 0;
  for await (const part of await worker.getHeapSnapshot()) length += part.length;
  console.log('snapshot', length > 10_000);
  if (worker.startHeapProfile) {
    const profile = await worker.startHeapProfile();
    console.log('profile', (await profile.stop()).length > 10);
  }
  worker.postMessage('end');
  console.log('exit', await ended, worker.threadId);
  await worker.getHeapSnapshot().catch((error) => console.log(error.code));
}

if (isMainThread) main();
else {
  parentPort.once('message', () => console.log('thread ends'));
  parentPort.postMessage('ready');
}
