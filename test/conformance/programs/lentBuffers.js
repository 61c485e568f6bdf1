// A native addon that keeps a buffer which it was given, and writes into it on another thread after the call has returned.
const koffi = require('koffi');

const libraries = { win32: 'msvcrt.dll', darwin: 'libSystem.dylib' };
const library = koffi.load(libraries[process.platform] ?? 'libc.so.6');
const fill = library.func('void *memset(void *bytes, int value, size_t count)');

const bytes = Buffer.alloc(8);
const words = new Uint32Array(2);
fill.async(bytes, 7, 4, () => {
  console.log(bytes);
  fill.async(words, 1, 8, () => {
    console.log(words, bytes);
    fillMany();
  });
});
console.log('later');
// The program's own writes beside the addon's.
bytes[7] = 9;
// More buffers than are watched: the last ones are.
const many = Array.from({ length: 40 }, (_, index) => Buffer.alloc(index + 1));
function fillMany() {
  let left = many.length;
  for (const [index, one] of many.entries()) {
    fill.async(one, index, one.length, () => {
      if (--left === 0) console.log(many.at(-1), many.at(-2));
    });
  }
}
