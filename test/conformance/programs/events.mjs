import { EventEmitter, on, once } from 'node:events';

const emitter = new EventEmitter();
setTimeout(() => emitter.emit('one', 1), 2);
console.log(await once(emitter, 'one'));
const target = new EventTarget();
target.addEventListener('x', (event) => console.log(event.type, event.isTrusted));
target.dispatchEvent(new Event('x'));
setTimeout(() => [1, 2].forEach((n) => emitter.emit('many', n)), 1);
for await (const [n] of on(emitter, 'many')) {
  console.log(n);
  if (n === 2) break;
}
await AbortSignal.timeout(3).throwIfAborted;
const signal = AbortSignal.timeout(3);
await once(signal, 'abort');
console.log(signal.reason.name);
