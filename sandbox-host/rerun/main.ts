/**
 * The program of a recorded rerun: `node sandboxRerun.cjs CROSSINGS`. It hands Node's tools to the engine, which is a plain
 * script: a debugger that steps out of the guest does not end up in it.
 */
import { Buffer } from 'node:buffer';
import { readFileSync, writeSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import type { rerun, Tools } from './engine.ts';

const { exit } = process;
const tools: Tools = {
  crossings: readFileSync(process.argv[2]!, 'utf8'),
  runtime: readFileSync(join(__dirname, 'sandboxGuest.js'), 'utf8'),
  vm,
  registerHooks,
  pathToFileURL,
  load: (url) => import(url),
  setImmediate,
  write: (descriptor, text) => {
    for (let rest = Buffer.from(text); rest.length > 0; ) rest = rest.subarray(writeSync(descriptor, rest));
  },
  exit: (code) => exit(code),
  onStray: (listener) => {
    process.on('unhandledRejection', listener);
  },
};
const engine = readFileSync(join(__dirname, 'sandboxRerunEngine.js'), 'utf8');
const start = vm.runInThisContext(
  `(() => {${engine}
return apexRerun.rerun;
})()`,
  { filename: 'apex:rerun' },
) as typeof rerun;
start(tools);
