import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { programPath } from '../../runtime/programs.ts';
import { findBubblewrap } from '../../sandbox-host/osSandbox/workerCommand.ts';
import { installOnDebian } from '../installOnDebian.ts';

const present = process.platform === 'linux' && installOnDebian('bubblewrap', 'bwrap');

interface Running {
  pid: number;
  command: string;
}

/** Processes that have not ended: those that wait for somebody to read their exit code have. */
function running(): Running[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      if (/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))) return [];
      return [{ pid: Number(name), command: readFileSync(`/proc/${name}/cmdline`, 'latin1') }];
    } catch {
      // It has ended while we looked.
      return [];
    }
  });
}

describe('a host that is killed while bubblewrap starts', function () {
  this.timeout(600_000);
  const folder = mkdtempSync(join(tmpdir(), 'apex-death-'));
  const bin = join(folder, 'bin');
  // By this name its processes are known among those of others.
  const bubblewrap = join(folder, 'bubblewrap');
  const begun = join(folder, 'begun');
  const ours = () => running().filter(({ command }) => command.includes(folder));

  before(function () {
    if (!present) this.skip();
    mkdirSync(bin);
    symlinkSync(realpathSync(findBubblewrap()!), bubblewrap);
  });
  after(() => {
    for (const { pid } of ours()) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  /**
   * Starts a host, which warms a worker up by itself, and kills it `afterMs` after bubblewrap was started. bubblewrap itself
   * begins `delay` seconds late, as it does on a machine that is busy. Gives whether it was started at all.
   */
  async function killHost(afterMs: number, delay: number): Promise<boolean> {
    rmSync(begun, { force: true });
    const script = `#!/bin/sh\n: > ${begun}\nsleep ${delay}\nexec ${bubblewrap} "$@"\n`;
    writeFileSync(join(bin, 'bwrap'), script, { mode: 0o755 });
    const env = {
      ...process.env,
      PATH: `${bin}${delimiter}${process.env.PATH}`,
      APEX_AUDIT_LOG: join(folder, 'audit'),
      APEX_STATE_HOME: join(folder, 'state'),
    };
    const host = spawn(process.execPath, [programPath('sandboxHost.mjs')], {
      env,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const ended = new Promise((resolve) => host.once('exit', resolve));
    // A file, since the process itself may be gone at once: where there are no namespaces bubblewrap ends as it begins.
    while (!existsSync(begun) && host.exitCode === null) await sleep(1);
    await sleep(afterMs);
    host.kill('SIGKILL');
    await ended;
    return existsSync(begun);
  }

  /** What is there when all that was going to end has ended. */
  async function left(): Promise<number[]> {
    for (let look = 0; look < 1200 && ours().length > 0; look++) await sleep(50);
    return ours().map(({ pid }) => pid);
  }

  it('leaves nothing behind when it dies before bubblewrap begins', async () => {
    for (let death = 0; death < 5; death++) assert.ok(await killHost(20, 0.3));
    // Those that outlive their host begin only now.
    await sleep(500);
    assert.deepEqual(await left(), []);
  });

  it('leaves nothing behind whenever it dies', async () => {
    for (let death = 0; death < 20; death++) assert.ok(await killHost(death, 0.01));
    assert.deepEqual(await left(), []);
  });
});
