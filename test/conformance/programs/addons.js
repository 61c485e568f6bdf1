// A native addon: classes, functions it makes, callbacks within a call, buffers it fills, work on another thread, errors.
const koffi = require('koffi');

const libraries = { win32: 'msvcrt.dll', darwin: 'libSystem.dylib' };
const library = koffi.load(libraries[process.platform] ?? 'libc.so.6');
const abs = library.func('int abs(int value)');
const text = library.func('int atoi(const char *text)');
console.log(abs(-5), text('42'), typeof abs, abs.name, String(koffi.load).includes('[native code]'));
console.log(library.constructor.name, library instanceof library.constructor, Object.keys(library));

const Pair = koffi.struct('Pair', { first: 'int', second: 'double' });
console.log(koffi.sizeof(Pair), koffi.offsetof(Pair, 'second'), koffi.sizeof('Pair') === koffi.sizeof(Pair));

koffi.proto('int Compare(const void *a, const void *b)');
const sort = library.func('void qsort(_Inout_ int *items, size_t count, size_t size, Compare *compare)');
const items = new Int32Array([30, 10, 20]);
const order = [];
sort(items, items.length, 4, (a, b) => {
  order.push([koffi.decode(a, 'int'), koffi.decode(b, 'int')]);
  return koffi.decode(a, 'int') - koffi.decode(b, 'int');
});
console.log(items, order.length > 1);

for (const wrong of [() => library.func('int no_such_function()'), () => koffi.load('no-such-library'), () => abs({})]) {
  try {
    wrong();
  } catch (error) {
    console.log(error.constructor.name, error.message, error.stack.split('\n').length);
  }
}

abs.async(-7, (error, result) => {
  console.log('later', error, result, new Error('x').stack.split('\n').length);
  setTimeout(() => {
    console.log('last', abs(-8));
    throwing();
  }, 1);
});
console.log('sooner');
// What a callback throws passes through the addon to its caller.
process.on('uncaughtException', (error) => console.log('uncaught', error.message));
function throwing() {
  try {
    sort(items, items.length, 4, () => {
      throw new Error('caught');
    });
  } catch (error) {
    console.log(error.message);
  }
  sort(items, items.length, 4, () => {
    throw new Error('not caught');
  });
}
