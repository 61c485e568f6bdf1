// flags: --expose-gc
const collected = [];
const registry = new FinalizationRegistry((held) => collected.push(held));
let kept = { kept: true };
(() => {
  for (let i = 0; i < 3; i++) registry.register({ i }, i);
})();
const token = {};
registry.register({}, 'never', token);
console.log(registry.unregister(token), registry.unregister(token));
const weak = new WeakRef(kept);
const lost = new WeakRef({ lost: true });
let turns = 0;
const timer = setInterval(() => {
  gc();
  if (++turns < 6) return;
  clearInterval(timer);
  console.log(weak.deref() === kept, lost.deref(), collected.sort());
  kept = undefined;
}, 2);
