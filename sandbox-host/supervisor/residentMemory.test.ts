import assert from 'node:assert/strict';
import { residentBytes, untilNextLook } from './residentMemory.ts';

const MIB = 2 ** 20;

describe('resident memory', () => {
  it('is that of the process', function () {
    if (process.platform !== 'linux') this.skip();
    const before = residentBytes(process.pid)!;
    const touched = Buffer.alloc(64 * MIB, 1);
    assert.ok(residentBytes(process.pid)! - before > 32 * MIB, `${touched.length} bytes were touched`);
    assert.equal(residentBytes(2 ** 30), undefined);
  });

  it('is looked at more often the less is left', () => {
    assert.deepEqual(
      [512, 80, 64, 16, 8, 1, 0].map((left) => untilNextLook(left * MIB)),
      [10, 10, 8, 2, 1, 1, 1],
    );
  });
});
