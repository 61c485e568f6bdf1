import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installOnDebian } from '../installOnDebian.ts';

const ROOT = join(import.meta.dirname, '../..');
/** What Debian's package brings, whatever its version is. */
const DAP_MODE = '/usr/lib/emacsen-common/packages/install/elpa-dap-mode';

interface Report {
  told: string;
  errorStack: string[];
  back: string;
  breakpoint: string;
  times: string[];
  wrongPrice: string[];
  writer: string;
  cursor: string;
  customer: string;
}

describe('in Emacs, with dap-mode', function () {
  this.timeout(900_000);

  it('finds who wrote the wrong price, backwards', function () {
    if (!installOnDebian('emacs-nox elpa-dap-mode', DAP_MODE)) this.skip();
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'apex-emacs-')));
    try {
      const shop = join(folder, 'shop');
      cpSync(join(ROOT, 'examples/shop'), shop, { recursive: true });
      const out = join(folder, 'report.json');
      const words = [join(ROOT, 'editors/emacs/apex.el'), join(ROOT, 'bin/apex'), shop, out];
      const args = ['--batch', '-Q', '-l', join(ROOT, 'test/editors/emacs.el'), ...words];
      const env = { ...process.env, HOME: folder };
      const { status, stderr } = spawnSync('emacs', args, { cwd: folder, env, encoding: 'utf8', timeout: 600_000 });
      assert.equal(status, 0, stderr);
      const report = JSON.parse(readFileSync(out, 'utf8')) as Report;
      assert.match(report.told, /The till is off by 800 cents/);
      assert.deepEqual(report.errorStack.slice(0, 2), ['closeDay ledger.ts:36', '(anonymous) day.ts:37']);
      assert.equal(report.back, 'closeDay ledger.ts:35');
      assert.equal(report.breakpoint, 'total cart.ts:39');
      assert.equal(report.times[0], '3200');
      assert.ok(report.times.filter((price) => price === '2400').length >= 2, report.times.join(' '));
      assert.deepEqual(report.wrongPrice.slice(0, 2), ['total cart.ts:39', 'checkout ledger.ts:18']);
      assert.deepEqual([report.writer, report.cursor], ['applyCoupon cart.ts:31', 'cart.ts:31']);
      assert.equal(report.customer, "'Cleo'");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
