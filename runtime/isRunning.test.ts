import assert from 'node:assert/strict';
import { type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { isRunning } from './isRunning.ts';

describe('whether a process runs', () => {
  it('is so for this one, and for none that is no process', () => {
    assert.equal(isRunning(process.pid), true);
    for (const none of [0, -1, Number.NaN, 2 ** 22 + 1]) assert.equal(isRunning(none), false, String(none));
  });

  it('is not so for one that has ended and whose exit code nobody reads', async function () {
    if (process.platform !== 'linux') this.skip();
    // The shell makes way for a program that knows nothing of the child, which ends only then.
    const stdio: StdioOptions = ['ignore', 'pipe', 'inherit', 'pipe'];
    const parent = spawn('/bin/sh', ['-c', 'cat <&3 >/dev/null & echo $!; exec sleep 600'], { stdio });
    try {
      const [said] = (await once(parent.stdout!, 'data')) as [Buffer];
      const child = Number(String(said).trim());
      while (!readFileSync(`/proc/${parent.pid}/comm`, 'utf8').startsWith('sleep')) await pause(5);
      assert.equal(isRunning(child), true);
      (parent.stdio[3] as Writable).end();
      while (isRunning(child)) await pause(5);
      assert.equal(process.kill(child, 0), true, 'a signal still reaches it');
      assert.equal(isRunning(parent.pid!), true);
    } finally {
      parent.kill('SIGKILL');
    }
  });
});
