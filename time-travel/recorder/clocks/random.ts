/**
 * `Math.random` stays V8's own: it is seeded by a V8 option with a recorded number, so that nothing is logged per call and
 * every realm (`vm.createContext` makes more) gives the same numbers in replay.
 */
import { exchangeFact } from '../start/facts.ts';
import { internalBinding, realNatives } from '../start/natives.ts';

/**
 * 1 to 2^31 - 1 (zero would mean no seed) from clocks and the process id, mixed as in MurmurHash3: OpenSSL would give
 * better numbers but takes milliseconds to start, and nobody may use `Math.random` where that matters.
 */
function freshSeed(): number {
  let hash = process.pid ^ Date.now();
  const parts = [process.hrtime()[1], process.hrtime()[1], Math.floor(realNatives.now() * 1e6)];
  for (const part of parts) {
    hash = Math.imul(hash ^ part, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return ((hash >>> 0) % 0x7fffffff) + 1;
}

/** What V8 seeds all realms of the process with. */
export let processSeed: number | undefined;

export function installRandom(): void {
  processSeed = exchangeFact(freshSeed()) as number;
  setSeed(processSeed);
}

/**
 * A worker thread: the option belongs to its process, so that it is set for the moment in which the thread draws its first
 * number. Otherwise all threads would draw the same.
 */
export function installThreadRandom(ofProcess: number | undefined): void {
  setSeed(exchangeFact(freshSeed()) as number);
  Math.random();
  processSeed = exchangeFact(ofProcess) as number | undefined;
  setSeed(processSeed ?? 0);
}

function setSeed(seed: number): void {
  const { setFlagsFromString } = internalBinding('v8') as { setFlagsFromString(flags: string): void };
  setFlagsFromString(`--random-seed=${seed}`);
}
