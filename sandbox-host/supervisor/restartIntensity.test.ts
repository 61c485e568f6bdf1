import assert from 'node:assert/strict';
import { tightest } from '../policy/loadPolicy.ts';
import { DEFAULT_LIMITS, limitsFor } from './defaults.ts';
import { breachFailure } from './failures.ts';
import { RestartIntensity } from './restartIntensity.ts';

describe('restarting', () => {
  it('is given up when it happens too often, and allowed again later', () => {
    const intensity = new RestartIntensity(2, 1000);
    assert.deepEqual(
      [0, 1, 2].map((now) => intensity.allow(now)),
      [true, true, false],
    );
    assert.equal(intensity.allow(1001), true);
  });
});

describe('limits', () => {
  it('are those of the mode where none is asked for', () => {
    assert.deepEqual(limitsFor('isolation', { memoryMb: 16, wallMs: undefined }), {
      ...DEFAULT_LIMITS.isolation,
      memoryMb: 16,
    });
  });

  it('of a policy hold whatever is asked for', () => {
    assert.equal(tightest(limitsFor('isolation', { memoryMb: 512 }), { memoryMb: 32 }).memoryMb, 32);
  });

  it('are named with what to do when they are reached', () => {
    for (const breach of ['timeout', 'cpu-limit', 'memory-limit', 'output-limit', 'call-limit'] as const) {
      const failure = breachFailure(breach, DEFAULT_LIMITS.isolation, 0);
      assert.equal(failure.code, breach);
      assert.ok(failure.advice);
    }
    assert.match(breachFailure('timeout', DEFAULT_LIMITS.isolation, 30_000).message, /ran longer than 30000 ms/);
    assert.match(breachFailure('timeout', DEFAULT_LIMITS.isolation, 0).message, /held its thread for 1000 ms/);
  });
});
