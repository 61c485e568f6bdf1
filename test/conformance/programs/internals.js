// flags: --expose-internals
// Node warns once of what these tests of its own use.
const { internalBinding } = require('internal/test/binding');
console.log(typeof internalBinding('fs').open);
console.log(process.moduleLoadList.filter((id) => id.includes('test/binding')));
