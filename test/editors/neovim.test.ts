import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installOnDebian } from '../installOnDebian.ts';

const ROOT = join(import.meta.dirname, '../..');

describe('in Neovim, with its built-in client', function () {
  this.timeout(400_000);

  it('shows findings and offers their repair', function () {
    if (!installOnDebian('neovim', 'nvim')) this.skip();
    const folder = mkdtempSync(join(tmpdir(), 'apex-neovim-'));
    try {
      const file = join(folder, 'accounts.js');
      writeFileSync(
        file,
        "const { createHash } = require('node:crypto');\nexports.signature = (order) => createHash('md5').update(order);\n",
      );
      const out = join(folder, 'report.json');
      const words = [join(ROOT, 'editors/neovim/apex.lua'), join(ROOT, 'bin/apex'), file, out];
      const args = ['--headless', '--clean', '-u', join(ROOT, 'test/editors/neovim.lua')];
      const env = { ...process.env, APEX_NEOVIM: words.join('\n'), XDG_STATE_HOME: folder, XDG_CACHE_HOME: folder };
      const { status, stderr } = spawnSync('nvim', args, { cwd: folder, env, encoding: 'utf8', timeout: 300_000 });
      assert.equal(status, 0, stderr);
      const report = JSON.parse(readFileSync(out, 'utf8')) as {
        findings: { line: number; message: string }[];
        actions: string[];
      };
      assert.deepEqual(
        report.findings.map(({ line, message }) => [line, /md5 is broken/.test(message)]),
        [[2, true]],
      );
      assert.ok(report.actions.includes('Use SHA-256'), report.actions.join(', '));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
