import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { plainLauncher } from './launch.ts';
import { ReplaySession } from './replaySession.ts';

describe('replay session: call sites', function () {
  this.timeout(180_000);

  it('are those of the text as written', async () => {
    const path = join(import.meta.dirname, 'fixtures/callSites.cjs');
    const session = await ReplaySession.open(plainLauncher(process.execPath, path));
    try {
      const [output] = session.index.outputs;
      assert.equal(output!.text, execFileSync(process.execPath, [path], { encoding: 'utf8' }));
      assert.match(output!.text, /"caller",5,17/);
    } finally {
      session.close();
    }
  });
});
