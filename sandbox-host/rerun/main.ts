/**
 * The program of a recorded rerun: `node sandboxRerun.cjs CROSSINGS`. It hands Node's tools to the engine, which is a plain
 * script: a debugger that steps out of the guest does not end up in it, and so no function of this file runs later.
 */
import { Buffer } from 'node:buffer';
import { readFileSync, writeSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import type { rerun } from './engine.ts';

const engine = readFileSync(join(__dirname, 'sandboxRerunEngine.js'), 'utf8');
const start = vm.runInThisContext(`(() => {${engine}\nreturn apexRerun.rerun;\n})()`, {
  filename: 'apex:rerun',
  importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}) as typeof rerun;
start({
  crossings: readFileSync(process.argv[2]!, 'utf8'),
  runtime: readFileSync(join(__dirname, 'sandboxGuest.js'), 'utf8'),
  ...{ vm, registerHooks, pathToFileURL, setImmediate, writeSync, Buffer, process },
});
