// stdout: file
// Writes of the pool's threads between others: a file's size tells when they have landed.
const fs = require('node:fs');
function write(text, completed) {
  const expected = fs.fstatSync(1).size + text.length;
  fs.write(1, text, completed);
  while (fs.fstatSync(1).size < expected);
}
write('first\n', () => {
  fs.writeSync(1, 'first completed\n');
  const whole = Buffer.from('only a part of this line is written\n');
  fs.write(1, whole, 27, 9, null, (_error, written) => {
    console.log('bytes', written);
    fs.write(1, 'under way at the end\n', () => {});
    process.exit();
  });
});
fs.writeSync(1, 'behind the first\n');
console.log('behind it too');
