const { MessageChannel, BroadcastChannel, receiveMessageOnPort } = require('node:worker_threads');
const { port1, port2 } = new MessageChannel();
port2.on('message', (message) => {
  console.log('message', message);
  if (message === 'last') port2.close();
});
port2.on('close', () => console.log('closed'));
port1.postMessage({ map: new Map([[1, { deep: [2] }]]), date: new Date(0) });
setTimeout(() => port1.postMessage('last'), 5);
const sync = new MessageChannel();
sync.port1.postMessage('sync');
console.log(receiveMessageOnPort(sync.port2), receiveMessageOnPort(sync.port2));
console.log(structuredClone({ set: new Set([1]), error: new RangeError('r') }));
const one = new BroadcastChannel('news');
const two = new BroadcastChannel('news');
two.onmessage = ({ data }) => {
  console.log('broadcast', data);
  one.close();
  two.close();
};
one.postMessage('hello');
