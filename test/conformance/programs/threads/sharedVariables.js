// Variables of the environment that a thread shares with the one that started it: each sees what the other has changed.
const { Worker, isMainThread, SHARE_ENV, parentPort } = require('node:worker_threads');

const own = () => Object.keys(process.env).filter((name) => name.startsWith('OWN_')).sort();

if (isMainThread) {
  process.env.OWN_FIRST = '1';
  const worker = new Worker(__filename, { env: SHARE_ENV });
  worker.on('message', (message) => {
    console.log('main', message, process.env.OWN_SECOND, 'OWN_SECOND' in process.env, own());
    delete process.env.OWN_FIRST;
    process.env.OWN_THIRD = '3';
    worker.postMessage('look');
  });
  worker.on('exit', (code) => console.log('exit', code, process.env.OWN_LAST, own()));
} else {
  console.log('thread', process.env.OWN_FIRST);
  process.env.OWN_SECOND = '2';
  parentPort.once('message', () => {
    console.log('thread', process.env.OWN_FIRST, process.env.OWN_THIRD, own());
    process.env.OWN_LAST = '4';
  });
  parentPort.postMessage('look');
}
