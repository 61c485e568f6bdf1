import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApexError } from '../../protocol/errors.ts';
import { findPinnedNode } from '../../runtime/findNode.ts';
import { recordProgram } from './recordProgram.ts';

describe('recording a program', () => {
  it('says at once that the permission model cannot be recorded', async () => {
    const out = join(tmpdir(), `apex-permission-${process.pid}`);
    const words = ['--permission', '--allow-fs-read=*', 'program.js'];
    await assert.rejects(
      recordProgram({ out, words, node: findPinnedNode() }),
      (error) => error instanceof ApexError && error.code === 'not-recordable',
    );
    assert.equal(existsSync(out), false);
  });
});
