// varies
// What Node measures of itself.
const v8 = require('node:v8');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { enableCompileCache, getCompileCacheDir } = require('node:module');
const { existsSync, rmSync } = require('node:fs');
const { used_heap_size, malloced_memory } = v8.getHeapStatistics();
console.log(used_heap_size, malloced_memory, v8.getHeapSpaceStatistics()[1].space_used_size);
console.log(v8.getHeapCodeStatistics().bytecode_and_metadata_size);
const folder = `${require('node:os').tmpdir()}/apex-conformance-${process.pid}`;
console.log(enableCompileCache(folder).status, existsSync(folder));
rmSync(folder, { recursive: true, force: true });
console.log(getCompileCacheDir()?.startsWith(folder));
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
setTimeout(() => {
  delay.disable();
  console.log(delay.min, delay.mean, delay.max, delay.percentile(50));
}, 30);
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
