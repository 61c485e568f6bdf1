process.emitWarning('careful', { code: 'W1', detail: 'a detail' });
process.on('warning', (warning) => console.log(warning.name, warning.code));
new (require('node:events'))()
  .setMaxListeners(1)
  .on('a', () => {})
  .on('a', () => {});
require('node:util').deprecate(() => {}, 'old', 'DEP_X')();
