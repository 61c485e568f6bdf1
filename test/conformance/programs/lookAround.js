// A program that looks for its recorder: everything that globals, built-in modules, stacks and `process` show of themselves.
// With APEX_LOOK_AROUND=ROOT in its environment it prints each line about that module, or `globalThis`.
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const { builtinModules } = require('node:module');

const lines = [];
const seen = new Map();
const text = Function.prototype.toString;

function canConstruct(value) {
  try {
    // Nothing of the function runs.
    Reflect.construct(Object, [], value);
    return true;
  } catch {
    return false;
  }
}

function describe(value) {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return typeof value;
  const tag = Object.prototype.toString.call(value);
  if (typeof value !== 'function') return tag;
  const source = text.call(value);
  return `${tag} ${canConstruct(value)} ${source.length > 200 ? createHash('md5').update(source).digest('hex') : source}`;
}

function keyText(key) {
  return typeof key === 'symbol' ? String(key) : key;
}

// Ever more of the same: caches that hold what happened to be loaded, and what says how long the program has run.
const LEFT_OUT = /\.(env|moduleLoadList|report|_pathCache|_cache|cache|versions|release|config|memoryUsage\(\)|features)$/;

function walk(root, name) {
  const waiting = [[root, name, 0]];
  while (waiting.length > 0) {
    const [value, path, depth] = waiting.shift();
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) continue;
    if (seen.has(value)) {
      lines.push(`${path} is ${seen.get(value)}`);
      continue;
    }
    seen.set(value, path);
    if (depth > 5 || LEFT_OUT.test(path)) continue;
    const flags = `${Object.isExtensible(value)} ${Object.isFrozen(value)}`;
    const prototype = Object.getPrototypeOf(value);
    lines.push(`${path} ${describe(value)} ${flags}`);
    if (prototype !== null) waiting.push([prototype, `${path}.__proto__`, depth + 1]);
    for (const key of Reflect.ownKeys(value).sort((a, b) => (String(a) < String(b) ? -1 : 1))) {
      if (/^\d+$/.test(keyText(key))) continue;
      const descriptor = Object.getOwnPropertyDescriptor(value, key);
      const { enumerable, configurable, writable, get, set } = descriptor;
      const here = `${path}.${keyText(key)}`;
      // The properties that a recorded program has more: native code looks for them when the program ends, and when it has
      // compiled a script.
      if (key === 'emit' && prototype === require('node:events').prototype) continue;
      if (/^cachedData/.test(keyText(key)) && /^vm/.test(path)) continue;
      lines.push(`${here} ${enumerable} ${configurable} ${writable} ${describe(get)} ${describe(set)}`);
      if (get) waiting.push([get, `${here} get`, depth + 1]);
      if (set) waiting.push([set, `${here} set`, depth + 1]);
      if ('value' in descriptor) {
        if (key === 'name' || key === 'length') lines.push(`${here} = ${String(descriptor.value)}`);
        else if (typeof descriptor.value === 'string' && path === 'process') lines.push(`${here} ${typeof descriptor.value}`);
        waiting.push([descriptor.value, here, depth + 1]);
      }
    }
  }
}

process.noDeprecation = true;
process.removeAllListeners('warning');
const listeners = process.eventNames().map((name) => `${String(name)} ${process.listenerCount(name)}`);
console.log('listeners', listeners.sort().join(', '));
console.log('modules', module.children.length, Object.keys(require.cache).length, process.mainModule === module);
console.log('paths', Object.keys(module.constructor._pathCache).length, module.constructor.globalPaths.length > 0);
console.log('options', process.execArgv, process.argv.length, process.env.NODE_OPTIONS, process._eval);
const known = Object.keys(process.env).filter((name) => /APEX|BOUNDARY/.test(name) && name !== 'APEX_LOOK_AROUND');
console.log('environment', known.filter((name) => name !== 'APEX_TEST_REPORT'));
console.log('resources', process.getActiveResourcesInfo(), process._getActiveHandles().length, process._getActiveRequests().length);
console.log('memory', Object.keys(process.memoryUsage()), Object.keys(process.resourceUsage()).length);
console.log('stack', new Error('here').stack.split('\n').length, Error.stackTraceLimit, typeof Error.prepareStackTrace);

for (const id of builtinModules.filter((name) => !/^(_|inspector|sys$|punycode|wasi|node:|test|trace_events|repl)/.test(name))) {
  walk(require(id), id);
}
// Last: what a module loads when it is first used has been loaded by then.
walk(globalThis, 'globalThis');
if (process.env.APEX_LOOK_AROUND) {
  console.log(lines.filter((line) => line.startsWith(process.env.APEX_LOOK_AROUND)).join('\n'));
}
const byRoot = new Map();
for (const line of lines) {
  const root = /^[\w/]+/.exec(line)[0];
  if (!byRoot.has(root)) byRoot.set(root, createHash('md5'));
  byRoot.get(root).update(`${line}\n`);
}
console.log([...byRoot].map(([root, hash]) => `${root} ${hash.digest('hex')}`).join('\n'));


// Each of these shows the frames beneath the program.
const shown = (error) => error.stack.split('\n').slice(1).map((line) => line.trim().replace(__dirname, ''));
console.log(shown(new Error('main')));
setImmediate(() => {
  console.log('immediate', shown(new Error('immediate')));
  setTimeout(() => console.log('timer', shown(new Error('timer'))), 1);
});
process.nextTick(() => console.log('tick', shown(new Error('tick'))));
Promise.resolve().then(() => console.log('job', shown(new Error('job'))));
process.on('beforeExit', statOnce);
function statOnce() {
  process.removeListener('beforeExit', statOnce);
  fs.stat(__filename, () => console.log('stat', shown(new Error('stat'))));
}
try {
  fs.readFileSync('/no/such/file');
} catch (error) {
  console.log('sync', shown(error));
}
process.on('beforeExit', (code) => {
  if (process.listenerCount('beforeExit') === 1) console.log('beforeExit', code, shown(new Error('beforeExit')));
  process.removeAllListeners('beforeExit');
});
process.on('exit', (code) => {
  console.log('exit', code, shown(new Error('exit')), process.listenerCount('exit'));
});
