import assert from 'node:assert/strict';
import { join } from 'node:path';
import { scanDisk } from './scanDisk.ts';
import { enginePath } from './sourceFiles.ts';

const shop = enginePath(join(import.meta.dirname, '../../examples/shop'));

describe('the example shop', () => {
  const { findings } = scanDisk([shop]);

  it('gives every planted fault and nothing else', () => {
    const found = findings.map(({ rule, path }) => `${path.slice(shop.length + 1)} ${rule}`).sort();
    assert.deepEqual(found, [
      'src/accounts.ts catastrophic-pattern',
      'src/accounts.ts hardcoded-secret',
      'src/accounts.ts weak-hash',
      'src/accounts.ts weak-random',
      'src/reports.ts command-injection',
      'src/reports.ts sql-injection',
      'src/server.ts code-injection',
      'src/server.ts disabled-tls-checks',
      'src/server.ts path-traversal',
      'src/settings.ts prototype-pollution',
    ]);
  });

  it('shows the way across files, from the request to the statement', () => {
    const finding = findings.find(({ rule }) => rule === 'sql-injection')!;
    const files = [...new Set(finding.steps.map((step) => step.path.slice(shop.length + 1)))];
    assert.deepEqual(files, ['src/server.ts', 'src/reports.ts']);
    assert.equal(finding.steps[0]!.note, 'untrusted: request.url');
  });
});
