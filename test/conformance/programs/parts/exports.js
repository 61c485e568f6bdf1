// Prints what each binding of this Node exports, and whether the boundary stands in front of it.
const { runInNewContext } = require('node:vm');
const { internalBinding } = require('internal/test/binding');
const { loadBuiltinModule } = require('internal/modules/helpers');
// That of this realm gives the native text for everything that is disguised.
const textOf = runInNewContext('Function.prototype.toString');
try {
  // Nothing waits any more for the modules that need it.
  process.binding('util');
} catch {}
const builtins = loadBuiltinModule('fs').constructor.map;
const sources = internalBinding('builtins').natives;
const names = new Set();
for (const id of builtins.keys()) {
  for (const [, name] of String(sources[id]).matchAll(/internalBinding\(\s*'(\w+)'/g)) names.add(name);
}
const found = {};
for (const name of names) {
  let binding;
  try {
    binding = internalBinding(name);
  } catch {
    continue;
  }
  for (const key of Object.keys(binding)) {
    const value = binding[key];
    if (typeof value !== 'function') continue;
    const isClass = /^[A-Z]/.test(key) && typeof value.prototype === 'object';
    const native = textOf.call(value).includes('[native code]');
    found[`${name}.${key}`] = isClass ? 'class' : native ? 'native' : 'wrapped';
  }
}
console.log(JSON.stringify(found));
