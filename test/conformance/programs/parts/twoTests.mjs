import assert from 'node:assert/strict';
import test from 'node:test';

test('passes', () => assert.equal(1, 1));
test('fails', async () => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(1, 2);
});
