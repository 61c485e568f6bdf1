// varies
const { exec, execFileSync, execSync, fork, spawn, spawnSync } = require('node:child_process');
console.log(execSync('echo sync').toString().trim(), spawnSync('sh', ['-c', 'echo err >&2; exit 3']).status);
exec('echo out; echo err >&2; exit 4', (error, stdout, stderr) => console.log(error.code, stdout, stderr));
const cat = spawn('cat');
cat.stdout.setEncoding('utf8').on('data', (text) => console.log('cat', text));
cat.on('close', (code, signal) => console.log('closed', code, signal));
cat.stdin.write('one ');
setTimeout(() => cat.stdin.end('two'), 10);
const sleeper = spawn('sleep', ['10']);
sleeper.on('exit', (code, signal) => console.log('sleeper', code, signal));
setTimeout(() => sleeper.kill(), 40);
spawn('/no/such/program').on('error', (error) => console.log(error.code));
try {
  execFileSync('sh', ['-c', 'exit 5'], { stdio: 'pipe' });
} catch (error) {
  console.log(error.status);
}
if (process.argv[2] !== 'child') {
  const child = fork(__filename, ['child'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  child.on('message', (message) => {
    console.log('from child', message);
    child.disconnect();
  });
  child.send({ hello: [1, 2, 3] });
} else process.on('message', (message) => process.send({ got: message }));
