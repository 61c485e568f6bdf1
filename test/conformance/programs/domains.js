// Timers and immediates enter the domain that is on the process.
const domain = require('node:domain');

const first = domain.create();
first.on('error', (error) => console.log('caught', error.message, process.domain === first));
first.enter();
setTimeout(() => console.log('timer', process.domain === first), 2);
setImmediate(() => {
  console.log('immediate', process.domain === first);
  setTimeout(() => {
    throw new Error('in a timer');
  }, 1);
});
// The timer is due before the loop's first turn: which of the two comes first is settled.
const start = Date.now();
while (Date.now() < start + 10);
process.on('exit', () => console.log('exit', process.domain === null || process.domain === undefined));
