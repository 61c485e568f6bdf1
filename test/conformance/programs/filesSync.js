const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'apex-conformance-'));
const file = path.join(folder, 'a.txt');
fs.writeFileSync(file, 'hello '.repeat(100));
fs.appendFileSync(file, 'end');
console.log(
  fs.readFileSync(file, 'utf8').length,
  fs.readFileSync(file).subarray(0, 5).toString(),
  fs.statSync(file).size,
);
console.log(fs.existsSync(`${file}x`), fs.readdirSync(folder), fs.statSync(file, { bigint: true }).size);
const fd = fs.openSync(file, 'r+');
const buffer = Buffer.alloc(8);
console.log(
  fs.readSync(fd, buffer, 2, 4, 1),
  buffer.toString('latin1'),
  fs.writeSync(fd, 'HELLO', 0),
  fs.fstatSync(fd).size,
);
fs.ftruncateSync(fd, 5);
fs.closeSync(fd);
console.log(fs.readFileSync(file, 'utf8'));
for (const missing of [
  () => fs.readFileSync(`${folder}/no`),
  () => fs.mkdirSync(folder),
  () => fs.openSync(`${folder}/no/x`),
]) {
  try {
    missing();
  } catch (error) {
    console.log(error.code, error.syscall, error.errno, Object.keys(error).join());
  }
}
fs.mkdirSync(path.join(folder, 'b/c'), { recursive: true });
fs.symlinkSync(file, path.join(folder, 'link'));
console.log(
  fs.readlinkSync(path.join(folder, 'link')) === file,
  fs.realpathSync(path.join(folder, 'link')) === fs.realpathSync(file),
);
fs.renameSync(file, path.join(folder, 'b/d'));
fs.copyFileSync(path.join(folder, 'b/d'), path.join(folder, 'e'));
console.log(
  fs.readdirSync(folder, { recursive: true }).sort(),
  fs.lstatSync(path.join(folder, 'link')).isSymbolicLink(),
);
const dir = fs.opendirSync(folder);
for (let entry = dir.readSync(), n = 0; entry; entry = dir.readSync()) n++;
dir.closeSync();
fs.rmSync(folder, { recursive: true });
console.log(fs.existsSync(folder));
