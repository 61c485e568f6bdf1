const fs = require('node:fs');
for (let i = 0; i < 200; i++) console.log('line', i);
process.stdout.write('latin é ü\n', 'latin1');
process.stdout.write(Buffer.from('buffer\n'));
process.stderr.write('error ✓\n');
process.stdout.write('x'.repeat(100_000), () => {
  console.error('written');
  fs.write(1, 'from fs.write\n', () => fs.writev(1, [Buffer.from('a'), Buffer.from('b\n')], () => console.log('end')));
});
