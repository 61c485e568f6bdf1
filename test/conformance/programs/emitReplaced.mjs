// What many packages do to hear of the end behind all listeners, in a program that ends by itself.
const original = process.emit;
process.emit = function (name, ...args) {
  const result = original.call(this, name, ...args);
  if (name === 'exit' || name === 'beforeExit') console.log('behind', name, args, process.exitCode);
  return result;
};
let more = 2;
process.on('beforeExit', () => {
  if (more-- > 0) setTimeout(() => console.log('once more'), 1);
});
process.on('exit', (code) => console.log('listener', code));
process.emit('exit', 'by hand');
console.log('goes on');
await new Promise(() => {});
