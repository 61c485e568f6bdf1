import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPinnedNode } from '../../runtime/findNode.ts';

describe('a recorded program that is interrupted', function () {
  this.timeout(180_000);
  let scratch: string;
  before(() => {
    scratch = mkdtempSync(join(tmpdir(), 'apex-interrupt-'));
  });
  after(() => rmSync(scratch, { recursive: true, force: true }));

  const source = `
    process.on('SIGINT', () => { console.log('interrupted'); process.exit(3); });
    setInterval(() => {}, 1000);
    console.log('ready');
  `;

  it('hears of a signal that only the recorder was sent', async function () {
    if (process.platform === 'win32') this.skip();
    const script = join(scratch, 'server.cjs');
    writeFileSync(script, source);
    const apex = join(import.meta.dirname, '../../bin/apex');
    const words = ['record', '--out', join(scratch, 'recording'), '--node', findPinnedNode().path, '--', script];
    const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...env } = process.env;
    // Detached: no terminal, as under a service manager or in CI.
    const recorder = spawn(process.execPath, [apex, ...words], { env, detached: true, stdio: ['ignore', 'pipe', 2] });
    let printed = '';
    recorder.stdout!.setEncoding('utf8').on('data', (text: string) => {
      if (printed === '') recorder.kill('SIGINT');
      printed += text;
    });
    const [code] = (await once(recorder, 'exit')) as [number | null];
    assert.deepEqual([code, printed], [3, 'ready\ninterrupted\n']);
  });
});
