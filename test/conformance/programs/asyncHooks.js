const { createHook, executionAsyncId, triggerAsyncId } = require('node:async_hooks');
const fs = require('node:fs');
const seen = [];
createHook({
  init: (id, type, trigger) => seen.push(['init', id, type, trigger]),
  before: (id) => seen.push(['before', id]),
  after: (id) => seen.push(['after', id]),
}).enable();
fs.stat('.', () => {
  console.log(executionAsyncId() > 1, triggerAsyncId());
  fs.writeSync(1, `${JSON.stringify(seen)}\n`);
});
setTimeout(() => {}, 60);
