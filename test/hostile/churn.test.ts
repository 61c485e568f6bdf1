import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installOnDebian } from '../installOnDebian.ts';
import { churn } from './churn.ts';

installOnDebian('bubblewrap', 'bwrap');

// A share of `npm run bench -- sandboxChurn`, which runs 10,000.
describe('sandboxes that come and go', function () {
  this.timeout(600_000);

  it('leave nothing behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'apex-churn-'));
    const before = process.env.APEX_AUDIT_LOG;
    process.env.APEX_AUDIT_LOG = join(folder, 'audit');
    try {
      const file = join(folder, 'program.ts');
      writeFileSync(file, `import { state } from 'apex'; state('s', { n: 1 }); export default 1;`);
      const { samples, listed } = await churn(file, 300, 100);
      const [first, last] = [samples[0]!, samples.at(-1)!];
      // An isolate that stayed would be half a MiB each in its worker, a sandbox that stayed some 10 KiB in the host.
      assert.ok(last.workerMb - first.workerMb < 50, `workers grew from ${first.workerMb} to ${last.workerMb} MiB`);
      assert.ok(last.heapMb - first.heapMb < 5, `the host grew from ${first.heapMb} to ${last.heapMb} MiB`);
      assert.ok(listed <= 60, `${listed} are still listed`);
    } finally {
      if (before === undefined) delete process.env.APEX_AUDIT_LOG;
      else process.env.APEX_AUDIT_LOG = before;
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
