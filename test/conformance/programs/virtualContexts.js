const vm = require('node:vm');
const context = vm.createContext({ console, out: [] });
vm.runInContext('out.push(1 + 1); globalThis.value = typeof process', context);
console.log(context.out, context.value, vm.isContext(context));
console.log(new vm.Script('this.constructor.name').runInThisContext(), vm.runInNewContext('a + b', { a: 1, b: 2 }));
try {
  vm.runInNewContext('for (;;);', {}, { timeout: 20 });
} catch (error) {
  console.log(error.code);
}
console.log(vm.compileFunction('return x * 2', ['x'])(4));
