import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApexError } from '../../protocol/errors.ts';
import { findPinnedNode } from '../../runtime/findNode.ts';
import { recordProgram } from './recordProgram.ts';
import { replayRecording } from './replayRecording.ts';
import { verifyRecording } from './verifyRecording.ts';

/** How each program ends decides how its log ends: closed, or left open while Node prints the error. */
const programs = {
  'ends well': 'setTimeout(() => console.log(new Date().getFullYear() > 2000), 5)',
  throws: 'setTimeout(() => { throw new Error(Date.now()) }, 5)',
};

for (const [title, source] of Object.entries(programs)) {
  describe(`a damaged recording of a program that ${title}`, function () {
    this.timeout(120_000);
    let scratch: string;
    let folder: string;

    before(async () => {
      scratch = mkdtempSync(join(tmpdir(), 'apex-damage-'));
      const script = join(scratch, 'program.cjs');
      writeFileSync(script, source);
      folder = join(scratch, 'recording');
      await recordProgram({
        out: folder,
        words: [script],
        node: findPinnedNode(),
        attach: (child) => child.stdout?.resume(),
      });
      assert.equal(verifyRecording(folder).whole, true);
    });
    after(() => rmSync(scratch, { recursive: true, force: true }));

    /** Runs `check` with one byte of one file changed. */
    async function withChange(file: string, at: number, check: () => unknown) {
      const path = join(folder, file);
      const whole = readFileSync(path);
      const changed = Buffer.from(whole);
      changed[at]! ^= 0x55;
      writeFileSync(path, changed);
      try {
        await check();
      } finally {
        writeFileSync(path, whole);
      }
    }

    it('is told from a whole one, wherever a byte changed', async () => {
      for (const file of readdirSync(folder)) {
        const { length } = readFileSync(join(folder, file));
        const step = Math.max(1, Math.floor(length / 200));
        for (let at = 0; at < length; at += step)
          await withChange(file, at, () => assert.equal(isWhole(), false, `${file} ${at}`));
      }
    });

    function isWhole(): boolean {
      try {
        return verifyRecording(folder).whole;
      } catch (error) {
        assert.ok(error instanceof ApexError, String(error));
        return false;
      }
    }

    it('is not replayed as if it were whole', async () => {
      const { length } = readFileSync(join(folder, 'main.log'));
      await withChange('main.log', length >> 1, async () => {
        const outcome = await replayRecording({ folder, nodes: [process.execPath] });
        assert.equal(outcome.kind, 'incomplete');
      });
    });
  });
}
