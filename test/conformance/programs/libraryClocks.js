// varies
// Parts of Node's library that took their clock when Node was built.
const { File } = require('node:buffer');
const readline = require('node:readline');
const { PassThrough } = require('node:stream');
const { mock } = require('node:test');

const file = new File(['text'], 'name.txt');
console.log(file.lastModified, file.lastModified <= Date.now());

// A return and a line feed that come within the delay are one end of line.
const input = new PassThrough();
const lines = readline.createInterface({ input, crlfDelay: 100 });
lines.on('line', (line) => {
  console.log('line', JSON.stringify(line), Date.now());
});
input.write('first\r');
setTimeout(() => input.write('\nsecond\r'), 5);
setTimeout(() => {
  input.end('\nthird\n');
}, 150);

mock.timers.enable({ apis: ['Date'], now: 1000 });
console.log(Date.now(), Date.toString());
mock.timers.reset();
console.log(Date.now() > 1000, `${Date}`);
