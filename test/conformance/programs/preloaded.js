// flags: --require ./parts/preload.cjs -r ./parts/preloadMore.cjs
// The program's own preloads run, each once and in their order.
console.log(globalThis.preloads, process._preload_modules.length, process.execArgv.length);
