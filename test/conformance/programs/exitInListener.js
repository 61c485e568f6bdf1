process.on('beforeExit', () => {
  if (!globalThis.again) {
    globalThis.again = true;
    setTimeout(() => console.log('once more'), 2);
  }
});
process.on('exit', () => {
  process.exitCode = 9;
});
