// varies
process.on('uncaughtException', (error, origin) => console.log('caught', error.message, origin));
process.on('unhandledRejection', (error) => console.log('rejected', error.message));
process.on('exit', (code) => console.log('exit', code));
setTimeout(() => {
  throw new Error('in a timer');
}, 30);
setImmediate(() => {
  throw new Error('in an immediate');
});
process.nextTick(() => {
  throw new Error('in a tick');
});
Promise.reject(new Error('in a promise'));
require('node:fs').stat('.', () => {
  throw new Error('in a callback');
});
