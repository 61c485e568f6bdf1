import assert from 'node:assert/strict';
import { skipsBy } from './skipFiles.ts';

describe('debug adapter: files that stepping passes through', () => {
  it('are those that the last matching pattern names', () => {
    const skips = skipsBy([
      '<node_internals>/**',
      '**/node_modules/**',
      '!**/node_modules/mine/**',
      '/app/generated/*.js',
    ]);
    for (const [path, expected] of [
      ['/app/node_modules/express/lib/router.js', true],
      ['/app/node_modules/mine/index.js', false],
      ['/app/src/cart.js', false],
      ['/app/generated/a.js', true],
      ['/app/generated/deep/a.js', false],
    ] as const) {
      assert.equal(skips(path), expected, path);
    }
    assert.equal(skipsBy([])('/app/a.js'), false);
  });
});
