// A program with children of every kind: beside itself, through a shell, with a channel, with a child of their own.
const { execSync, fork, spawn, spawnSync } = require('node:child_process');
const [role, ...rest] = process.argv.slice(2);
const say = (...words) => console.log(role ?? 'main', ...words);

if (!role) {
  say('begins', Date.now());
  spawnSync(process.execPath, [__filename, 'parent'], { stdio: 'inherit' });
  process.stdout.write(execSync(`"${process.execPath}" "${__filename}" shell one; "${process.execPath}" "${__filename}" shell two`));
  const friend = fork(__filename, ['friend']);
  friend.on('message', (message) => say('hears', message));
  friend.on('exit', (code) => {
    say('lost its friend', code);
    const sleeper = spawn(process.execPath, [__filename, 'sleeper'], { stdio: ['ignore', 'pipe', 'inherit'] });
    sleeper.stdout.once('data', () => sleeper.kill('SIGKILL'));
    sleeper.on('exit', (_code, signal) => say('ends', signal));
  });
  friend.send({ secret: 7 });
} else if (role === 'parent') {
  spawnSync(process.execPath, [__filename, 'grandchild'], { stdio: 'inherit' });
  say(Math.random());
} else if (role === 'friend') {
  process.on('message', ({ secret }) => {
    say('got', secret, process.execArgv.length, process.env.APEX_BOUNDARY);
    process.send({ answer: secret * 6, pid: process.pid, at: Date.now() }, () => process.disconnect());
  });
} else if (role === 'sleeper') {
  say('sleeps');
  setInterval(() => {}, 1000);
} else {
  say(...rest, process.pid, process.env.NODE_OPTIONS, process.execArgv.length);
}
