// The same as emitReplaced.mjs in a program that ends by an error, and one put over the other.
for (const layer of ['inner', 'outer']) {
  const original = process.emit;
  process.emit = function (name, ...args) {
    const result = original.call(this, name, ...args);
    if (name === 'exit') console.log(layer, args, process.exitCode);
    return result;
  };
}
process.on('exit', (code) => console.log('listener', code));
setTimeout(() => {
  throw new Error('nobody catches it');
}, 1);
