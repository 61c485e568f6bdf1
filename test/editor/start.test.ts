import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isRunning } from '../../runtime/isRunning.ts';
import { ROOT } from './extensionUnderTest.ts';

const script = join(ROOT, 'scripts/start.mjs');

/** Starts `npm start -- --no-open` and gives the address that it prints. */
async function startServer(): Promise<{ child: ChildProcess; address: string }> {
  const child = spawn(process.execPath, [script, '--no-open'], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const chunk of child.stdout!) {
    const address = /http:\/\/127\.0\.0\.1\S+/.exec(String(chunk))?.[0];
    if (address) return { child, address };
  }
  throw new Error('npm start ended without an address');
}

/** Ids of all processes below `pid`, on Linux. */
function descendants(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return [{ pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) }];
      } catch {
        return []; // It ended while we looked.
      }
    });
  const below = (id: number): number[] =>
    parents.filter(({ parent }) => parent === id).flatMap((entry) => [entry.pid, ...below(entry.pid)]);
  return below(pid);
}

describe('npm start', function () {
  this.timeout(180_000);

  it('serves the editor at the printed address until Ctrl+C, and ends every process that it started', async function () {
    if (!existsSync('/proc/self/stat')) this.skip();
    const { child, address } = await startServer();
    assert.equal((await fetch(address)).status, 200);
    const started = descendants(child.pid!);
    assert.ok(started.length > 0);
    child.kill('SIGINT');
    await once(child, 'exit');
    // The kernel takes its time to end what was killed.
    for (let look = 0; look < 600 && started.some(isRunning); look++) await pause(50);
    assert.deepEqual(started.filter(isRunning), []);
  });

  it('says so when the port is taken, with exit code 2', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const child = spawn(process.execPath, [script, '--no-open', '--port', String(port)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const [code] = await once(child, 'exit');
    taken.close();
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(`Port ${port} is in use\\.\n {2}Name another`));
  });

  it('refuses unknown options and missing folders with exit code 2', () => {
    for (const words of [['--frobnicate'], ['--port', 'x'], ['no/such/folder']]) {
      const { status, stderr } = spawnSync(process.execPath, [script, ...words], { encoding: 'utf8' });
      assert.equal(status, 2, words.join(' '));
      assert.match(stderr, /^apex: .*\n {2}Usage: npm start/);
    }
  });
});
