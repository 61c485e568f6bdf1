const fs = require('node:fs');
const show = (label, error) => console.log(label, error.stack.replaceAll(__dirname, ''));
show('main', new Error('1'));
try {
  fs.readFileSync('/no');
} catch (error) {
  show('native', error);
}
// One after the other: which of two callbacks comes first is not settled.
setTimeout(() => {
  show('timer', new Error('2'));
  fs.stat('.', function named() {
    show('callback', new Error('3'));
    fs.stat('.', () => {
      show('arrow', new Error('4'));
      promises();
    });
  });
}, 1);

async function promises() {
  await fs.promises.readFile('/no').catch((error) => show('promise', error));
  await fs.promises.stat('.');
  show('async', new Error('5'));
  prepared();
}

function prepared() {
  Error.prepareStackTrace = (_error, sites) =>
    sites.map((site) => `${site.getFunctionName()}:${site.getLineNumber()}:${site.getColumnNumber()}`).join(' ');
  setImmediate(() => console.log(new Error('6').stack));
  (function deep(n) {
    if (n) return deep(n - 1);
    console.log(new Error('7').stack.split(' ').length, Error.stackTraceLimit);
  })(20);
  addon(10);
}

function addon(depth) {
  if (depth) return addon(depth - 1);
  try {
    process.dlopen({ exports: {} }, '/no.node');
  } catch (error) {
    console.log(error.stack);
  }
}
