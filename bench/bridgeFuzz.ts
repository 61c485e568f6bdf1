// A million messages, from nearly right to noise, at what a worker can reach of the host. `npm run bench -- bridgeFuzz [COUNT] [SEED]`.
import { fuzzBridge } from '../test/hostile/bridgeFuzz.ts';

const count = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? 1);
const started = performance.now();
const result = await fuzzBridge(count, seed);
const seconds = (performance.now() - started) / 1000;
console.log(`${count} messages, seed ${seed}, ${seconds.toFixed(0)} s: ${JSON.stringify(result)}`);
