// What arrives in a message as an object of Node's library, or of V8 alone, and how the thread uses it.
const { Worker, isMainThread, parentPort, workerData, MessageChannel, receiveMessageOnPort } = require('node:worker_threads');

const use = {
  blob: async ({ blob, file }) => [await blob.text(), blob.type, file.name, await file.text()],
  key: ({ key }) => [key.type, key.export().toString(), Object.prototype.toString.call(key)],
  handle: async ({ handle }) => {
    const { length } = await handle.readFile('utf8');
    await handle.close();
    return length > 100;
  },
  readable: async ({ stream }) => {
    const parts = [];
    for await (const part of stream) parts.push(part);
    return parts;
  },
  transform: async ({ stream: { readable, writable } }) => {
    const writer = writable.getWriter();
    writer.write('louder');
    const { value } = await readable.getReader().read();
    await writer.close();
    return value;
  },
  signal: ({ signal }) => new Promise((done) => signal.addEventListener('abort', () => done([signal.aborted, signal.reason]))),
  addresses: ({ list, address }) => [list.check('10.0.0.7'), list.check('10.0.1.7'), list.rules.length, address.address, address.port],
  histogram: ({ histogram }) => {
    histogram.record(9);
    return [histogram.count, histogram.max, histogram.percentiles.size > 1];
  },
  exception: ({ exception }) => [exception instanceof DOMException, exception.name, exception.message],
  shared: ({ bytes, again, when, pattern, error, copy }) => [bytes.buffer === again.get('bytes'), Atomics.load(bytes, 1), when.getTime(), pattern.test('aab'), error.stack === copy],
};

async function main() {
  const { createSecretKey } = require('node:crypto');
  const { Blob, File } = require('node:buffer');
  const { BlockList, SocketAddress } = require('node:net');
  const { transferableAbortSignal } = require('node:util');
  const blob = new Blob(['one ', 'two'], { type: 'text/plain' });
  const file = new File([blob], 'numbers.txt');
  const worker = new Worker(__filename, { workerData: { blob, list: new Map([['blob', blob]]) } });
  worker.on('exit', (code) => console.log('exit', code));
  const answer = () => new Promise((done) => worker.once('message', done));
  const ask = async (kind, value, transferred = []) => {
    worker.postMessage({ kind, value }, transferred);
    console.log(kind, await answer());
  };
  await answer();
  await ask('blob', { blob, file });
  await ask('key', { key: createSecretKey(Buffer.from('not very secret')) });
  const handle = await require('node:fs/promises').open(__filename);
  await ask('handle', { handle }, [handle]);
  console.log('left behind', handle.fd);
  const readable = new ReadableStream({
    start(controller) {
      controller.enqueue('first');
      controller.enqueue('second');
      controller.close();
    },
  });
  await ask('readable', { stream: readable }, [readable]);
  const transform = new TransformStream({ transform: (part, controller) => controller.enqueue(part.toUpperCase()) });
  await ask('transform', { stream: transform }, [transform]);
  const stop = new AbortController();
  const signal = transferableAbortSignal(stop.signal);
  const signalled = ask('signal', { signal }, [signal]);
  stop.abort('enough');
  await signalled;
  const list = new BlockList();
  list.addSubnet('10.0.0.0', 24);
  await ask('addresses', { list, address: new SocketAddress({ address: '127.0.0.1', port: 80 }) });
  await ask('histogram', { histogram: require('node:perf_hooks').createHistogram() });
  await ask('exception', { exception: new DOMException('enough', 'AbortError') });
  const bytes = new Uint8Array(new SharedArrayBuffer(4));
  bytes[1] = 7;
  const error = new RangeError('far');
  await ask('shared', { bytes, again: new Map([['bytes', bytes.buffer]]), when: new Date(5), pattern: /a+b/, error, copy: error.stack });
  worker.postMessage({ kind: 'end' });
  const { value } = await answer();
  console.log('from the thread', await value.text(), value.type);
  // Within one thread, and asked for at once.
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(new Set([blob]));
  const [copy] = receiveMessageOnPort(port2).message;
  console.log(await copy.text(), await structuredClone(blob).text());
  try {
    readable.getReader();
    port1.postMessage(readable, [readable]);
  } catch (failure) {
    console.log(failure.name, Object.getOwnPropertySymbols(readable).length);
  }
  port1.close();
}

async function serve({ kind, value }) {
  if (kind !== 'end') return parentPort.postMessage(await use[kind](value));
  parentPort.off('message', serve);
  parentPort.postMessage({ value: new Blob([value ?? 'good bye'], { type: 'text/last' }) });
}

if (isMainThread) main();
else {
  console.log(workerData.blob === workerData.list.get('blob'), workerData.blob.size);
  parentPort.on('message', serve);
  parentPort.postMessage('ready');
}
