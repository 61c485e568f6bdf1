// The code that V8 compiled, kept by the program: each run gives other bytes.
// mask: [0-9a-f]{32} \d+
const { createHash } = require('node:crypto');
const vm = require('node:vm');

const source = `function twice(n) { return n * 2; } ${'/* long */'.repeat(500)} twice(21);`;
const print = (bytes) => console.log(createHash('md5').update(bytes).digest('hex'), bytes.length);

const made = new vm.Script(source, { produceCachedData: true });
console.log(made.cachedDataProduced, made.runInThisContext(), Object.keys(made));
print(made.cachedData);
print(made.createCachedData());
const used = new vm.Script(source, { cachedData: made.cachedData });
console.log(used.cachedDataRejected, used.runInNewContext());
const foreign = new vm.Script(`${source} 1;`, { cachedData: made.cachedData });
console.log(foreign.cachedDataRejected, foreign.cachedData);
console.log(Object.keys(new vm.Script('1')), new vm.Script('1').cachedData, vm.Script.prototype.createCachedData.name);
