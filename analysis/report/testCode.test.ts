import assert from 'node:assert/strict';
import { analyzeText } from '../workspace/engine.ts';
import { lowerInTests } from './testCode.ts';

describe('findings in test code', () => {
  const [finding] = analyzeText('/tmp/test/app/a.js', 'const a = { rejectUnauthorized: false };\n');

  it('have the least severity, by the path below the scanned folder', () => {
    const severities = ['test/a.js', 'src/a.test.ts', 'a_spec.js', '__tests__/a.js'].map(
      (path) => lowerInTests(finding!, path).severity,
    );
    assert.deepEqual(severities, ['low', 'low', 'low', 'low']);
  });

  it('stay as they are elsewhere', () => {
    for (const path of ['a.js', 'src/latest/a.js', 'contest.js', 'src/testing.js']) {
      assert.equal(lowerInTests(finding!, path), finding);
    }
  });
});
