// varies
const vm = require('node:vm');
console.log(vm.runInNewContext('[Date.now(), Math.random(), new Date().getTime()]'));
console.log(vm.runInContext('Math.random() + Date.now()', vm.createContext({})));
