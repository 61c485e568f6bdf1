// A child that ends by an error which only native code prints.
const { spawnSync } = require('node:child_process');
if (process.argv[2] === 'child') throw new Error('the child fails');
const { status } = spawnSync(process.execPath, [__filename, 'child'], { stdio: 'inherit' });
console.log('parent goes on', status);
