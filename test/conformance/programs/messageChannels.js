const { MessageChannel, BroadcastChannel, receiveMessageOnPort } = require('node:worker_threads');
const { port1, port2 } = new MessageChannel();
port2.on('message', (message) => {
  console.log('message', message);
  if (message === 'last') port2.close();
});
port2.on('close', () => console.log('closed'));
port1.postMessage({ map: new Map([[1, { deep: [2] }]]), date: new Date(0) });
const sync = new MessageChannel();
sync.port1.postMessage('sync');
console.log(receiveMessageOnPort(sync.port2), receiveMessageOnPort(sync.port2));
sync.port1.postMessage({ reason: new TypeError('made elsewhere') });
console.log(receiveMessageOnPort(sync.port2).message.reason.stack.replaceAll(__dirname, ''));
console.log(structuredClone({ set: new Set([1]), error: new RangeError('r') }));
const one = new BroadcastChannel('news');
const two = new BroadcastChannel('news');
two.onmessage = ({ data }) => {
  console.log('broadcast', data);
  one.close();
  two.close();
  port1.postMessage('last');
};
// Which of two channels delivers first is not settled: the second waits for the first.
port2.once('message', () => one.postMessage('hello'));
