// What passes between threads: values of every kind, ports, buffers that change hands, channels.
import { BroadcastChannel, isMainThread, MessageChannel, parentPort, receiveMessageOnPort, Worker, workerData } from 'node:worker_threads';
import * as threads from 'node:worker_threads';

if (isMainThread) {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL(import.meta.url), { workerData: { port: port2, again: [port2] }, transferList: [port2] });
  const everyone = new BroadcastChannel('everyone');
  worker.on('message', (message) => console.log('main', message));
  port1.on('message', (message) => port1.postMessage({ answer: message.question * 6 }));
  everyone.onmessage = ({ data }) => {
    console.log('main heard', data);
    everyone.postMessage('good bye');
  };
  process.on('workerMessage', (value, source) => console.log('main was told', value, source));
  worker.on('exit', (code) => {
    console.log('exit', code);
    port1.close();
    everyone.close();
  });
} else {
  // Ports that close do not keep the thread, nor does a message to another one.
  const awake = setInterval(() => {}, 1000);
  const { port, again } = workerData;
  console.log(port === again[0]);
  const twice = { list: [1, , 3] };
  parentPort.postMessage({ twice, again: twice, text: 'é€😀', big: 10n ** 30n, date: new Date(0), set: new Set([twice]), map: new Map([[1, /a+/gi]]) });
  parentPort.postMessage([new Uint16Array([1, 2, 65535]).subarray(1), new RangeError('far').message, -0, Number.NaN, undefined]);
  const buffer = new ArrayBuffer(16);
  parentPort.postMessage(buffer, [buffer]);
  console.log('left behind', buffer.byteLength);
  try {
    parentPort.postMessage(() => {});
  } catch (error) {
    console.log(error.constructor.name, error.code, error.message);
  }
  const answer = await new Promise((done) => {
    port.once('message', done);
    port.postMessage({ question: 7 });
  });
  console.log('thread', answer);
  const local = new MessageChannel();
  local.port1.postMessage('kept');
  console.log(receiveMessageOnPort(local.port2), receiveMessageOnPort(local.port2));
  await new Promise((done) => {
    local.port2.on('close', done);
    local.port1.on('message', () => local.port1.close());
    local.port2.postMessage('close');
  });
  console.log('closed');
  const everyone = new BroadcastChannel('everyone');
  await new Promise((done) => {
    everyone.onmessage = ({ data }) => done(console.log('thread heard', data));
    everyone.postMessage('hello');
  });
  everyone.close();
  if (threads.postMessageToThread) console.log(await threads.postMessageToThread(0, 'directly').then(() => 'delivered'));
  clearInterval(awake);
  process.on('exit', () => console.log('thread ends'));
}
