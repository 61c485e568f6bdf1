// Timers, immediates, ticks and microtasks keep their order. No two of them race with the clock.
setImmediate(() => {
  console.log('immediate');
  process.nextTick(() => console.log('tick in immediate'));
  for (const name of ['first', 'second', 'third']) {
    setTimeout(() => {
      console.log('timeout', name);
      Promise.resolve().then(() => console.log('microtask of', name));
    }, 5);
  }
  setTimeout(repeat, 100);
});
process.nextTick(() => console.log('tick'));
Promise.resolve().then(() => console.log('microtask'));
queueMicrotask(() => console.log('queued microtask'));
function repeat() {
  let count = 0;
  const interval = setInterval(() => {
    console.log('interval', ++count);
    if (count === 3) clearInterval(interval);
  }, 3);
}
setTimeout(() => console.log('unref, never'), 60_000).unref();
console.log('main');
