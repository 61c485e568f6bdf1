// varies
// Native code prints where the inspector listens; a replay opens no port.
const inspector = require('node:inspector');

console.log(inspector.url());
inspector.open(0);
console.log(inspector.url());
try {
  inspector.open(0);
} catch (error) {
  console.log(error.code);
}
inspector.close();
console.log(inspector.url());
console.log(process.report.compact, process.report.signal);
