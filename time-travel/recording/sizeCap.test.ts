import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPinnedNode } from '../../runtime/findNode.ts';
import { recordProgram } from './recordProgram.ts';
import { replayRecording } from './replayRecording.ts';
import { verifyRecording } from './verifyRecording.ts';

/** Random bytes, so that the log cannot be compressed: 64 kB each time. */
const source = `
const { randomBytes } = require('node:crypto');
for (let i = 0; i < 64; i++) randomBytes(65536);
process.exitCode = 3;
`;

describe('a recording with a largest size', function () {
  this.timeout(180_000);
  let scratch: string;
  before(() => {
    scratch = mkdtempSync(join(tmpdir(), 'apex-cap-'));
    writeFileSync(join(scratch, 'program.cjs'), source);
  });
  after(() => rmSync(scratch, { recursive: true, force: true }));

  async function record(maxBytes: number) {
    const out = join(scratch, `recording-${maxBytes}`);
    const run = await recordProgram({
      out,
      words: [join(scratch, 'program.cjs')],
      node: findPinnedNode(),
      maxBytes,
      attach: (child) => child.stdout?.resume(),
    });
    return { out, run, bytes: statSync(join(out, 'main.log')).size };
  }

  it('stops there, keeps what is there, and lets the program go on', async () => {
    const { out, run, bytes } = await record(1 << 20);
    assert.equal(run.code, 3);
    assert.ok(bytes > 1 << 20 && bytes < (1 << 20) + (1 << 19), String(bytes));
    const { whole, logs } = verifyRecording(out);
    assert.deepEqual([whole, logs[0]?.state], [true, 'stopped']);
    const outcome = await replayRecording({ folder: out });
    assert.equal(outcome.kind, 'identical');
    assert.equal(outcome.kind === 'identical' && outcome.end.reason, 'stopped');
  });

  it('does not show in a recording that stays below it', async () => {
    const { out, bytes } = await record(1 << 24);
    assert.ok(bytes > 1 << 22);
    assert.equal(verifyRecording(out).logs[0]?.state, 'complete');
  });
});
