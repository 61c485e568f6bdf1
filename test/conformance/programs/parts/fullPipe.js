// Fills its pipe: writes are taken in parts, or refused until the reader has caught up.
const fs = require('node:fs');
// Asking for it makes the pipe one that does not block.
process.stdout.isTTY;
const pause = new Int32Array(new SharedArrayBuffer(4));
for (let line = 0; line < 20; line++) {
  const bytes = Buffer.from(`${line} ${'y'.repeat(50_000)}\n`);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += fs.writeSync(1, bytes, at);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(pause, 0, 0, 5);
    }
  }
}
const last = () => fs.write(1, 'last\n', (error) => error?.code === 'EAGAIN' && setTimeout(last, 5));
last();
