const { builtinModules } = require('node:module');
console.log(
  process.execArgv,
  Object.keys(process.env).filter((name) => name.includes('APEX')),
  typeof internalBinding,
  typeof primordials,
);
console.log(
  Object.keys(require.cache).length,
  builtinModules.filter((id) => id.includes('internal')),
  builtinModules.length,
);
for (const id of ['internal/util', 'node:internal/util', 'internal/test/binding']) {
  try {
    require(id);
  } catch (error) {
    console.log(error.code);
  }
}
for (const f of [
  Date,
  Date.now,
  Math.random,
  WeakRef,
  WeakRef.prototype.deref,
  FinalizationRegistry,
  Function.prototype.toString,
  WebAssembly.compile,
  process.memoryUsage,
  process.uptime,
  performance.now,
]) {
  console.log(f.name, f.length, Function.prototype.toString.call(f), Object.getOwnPropertyNames(f).join());
}
console.log(
  Date.prototype.constructor === Date,
  new Date(0) instanceof Date,
  Object.getOwnPropertyNames(process).length,
  Object.keys(process).join(),
);
console.log(Object.getOwnPropertyNames(globalThis).join(), process.listenerCount('exit'), process.eventNames());
console.log(
  Object.getOwnPropertyDescriptor(Math, 'random').enumerable,
  Object.getOwnPropertyDescriptor(globalThis, 'Date').enumerable,
);
console.log(
  process.moduleLoadList.filter((id) => id.includes('test/binding')),
);
console.log(process.moduleLoadList.filter((id) => id.includes('test/binding')));
