// Promises that settle behind the listeners of `exit` still run what waits for them, before the process leaves.
const { existsSync } = require('node:fs');

process.on('exit', (code) => {
  console.log('exit', code);
  process.nextTick(() => console.log('never'));
  setImmediate(() => console.log('never'));
  Promise.resolve()
    .then(() => console.log('promise', existsSync(__filename), Date.now() > 0, new Error('here').stack.split('\n').length))
    .then(() => {
      process.exitCode = 3;
    });
});
setTimeout(() => console.log('last'), 1);
