import assert from 'node:assert/strict';
import { fuzzBridge } from './bridgeFuzz.ts';

// A share of `npm run bench -- bridgeFuzz`, which sends 1,000,000.
describe('messages of any shape', function () {
  this.timeout(600_000);

  it('neither end the host nor get past the policy', async () => {
    const { accepted, refused, calls, asked } = await fuzzBridge(20_000, 7);
    // A run in which nothing gets through would show nothing.
    assert.ok(
      accepted > 500 && refused > 5_000 && calls > 200 && asked > 20,
      JSON.stringify({ accepted, refused, calls, asked }),
    );
  });
});
