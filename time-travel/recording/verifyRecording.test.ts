import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findPinnedNode } from '../../runtime/findNode.ts';
import { logPath } from './layout.ts';
import { logHeader } from './logFormat.ts';
import { recordProgram } from './recordProgram.ts';
import { verifyRecording } from './verifyRecording.ts';

describe('a recording with a child that was killed as it started', function () {
  this.timeout(180_000);

  it('is whole: there is nothing of the child to replay', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'apex-verify-'));
    try {
      const script = join(scratch, 'program.cjs');
      writeFileSync(script, '');
      const folder = join(scratch, 'recording');
      await recordProgram({
        out: folder,
        words: [script],
        node: findPinnedNode(),
        attach: (child) => child.stdout?.resume(),
      });
      mkdirSync(dirname(logPath(folder, 'main-1')), { recursive: true });
      writeFileSync(logPath(folder, 'main-1'), logHeader());
      const { whole, logs } = verifyRecording(folder);
      assert.deepEqual(
        [whole, ...logs.map(({ name, state }) => [name, state])],
        [true, ['main', 'complete'], ['main-1', 'killed']],
      );
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });
});
