// flags: --test-reporter=tap
// mask: duration_ms:? [0-9.]+
import assert from 'node:assert/strict';
import test, { describe, it } from 'node:test';

test('passes', () => assert.equal(1, 1));
describe('group', () => {
  it('waits', async () => await new Promise((done) => setTimeout(done, 2)));
  it('skipped', { skip: true }, () => {});
});
