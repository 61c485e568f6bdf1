// Replaying processes end by themselves when whoever asked has died, also in the middle of a computation.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isRunning } from '../../../runtime/isRunning.ts';
import { findKoffi } from './launch.ts';

const ENGINE = `
import { plainLauncher } from ${JSON.stringify(join(import.meta.dirname, 'launch.ts'))};
import { ReplayProcesses } from ${JSON.stringify(join(import.meta.dirname, 'replayProcesses.ts'))};
const processes = new ReplayProcesses(plainLauncher(process.execPath, process.argv[1]));
const { pid } = await processes.run({ kind: 'index', places: [] });
console.log(pid);
setInterval(() => {}, 1000);
`;

describe('replaying processes without an engine', function () {
  this.timeout(120_000);
  let folder: string;
  let program: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'apex-orphan-'));
    program = join(folder, 'endless.cjs');
    writeFileSync(program, 'let n = 0;\nfor (;;) {\n  n = (n + 1) | 0;\n}\n');
  });
  after(() => rmSync(folder, { recursive: true }));

  it('end while the program computes for ever', async function () {
    // Where processes cannot be copied, one that computes cannot look whether its engine is there.
    if (!findKoffi()) return this.skip();
    const engine = spawn(process.execPath, ['--input-type=module-typescript', '-e', ENGINE, program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = (await once(engine.stdout!, 'data')) as [Buffer];
    const pid = Number(String(said).trim());
    assert.ok(isRunning(pid));
    engine.kill('SIGKILL');
    while (isRunning(pid)) await pause(20);
  });
});
