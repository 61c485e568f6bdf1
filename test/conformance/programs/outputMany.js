const fs = require('node:fs');
for (let i = 0; i < 200; i++) console.log('line', i);
process.stdout.write('latin é ü\n', 'latin1');
process.stdout.write(Buffer.from('buffer\n'));
process.stderr.write('error ✓\n');
// The pipe does not block: while its reader is behind, a write of ours is refused.
const untilTaken = (write, then) =>
  write((error) => (error?.code === 'EAGAIN' ? setTimeout(untilTaken, 2, write, then) : then()));
process.stdout.write('x'.repeat(100_000), () => {
  console.error('written');
  untilTaken(
    (done) => fs.write(1, 'from fs.write\n', done),
    () =>
      untilTaken(
        (done) => fs.writev(1, [Buffer.from('a'), Buffer.from('b\n')], done),
        () => console.log('end'),
      ),
  );
});
