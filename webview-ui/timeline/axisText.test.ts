import assert from 'node:assert/strict';
import { lengthText, positionText, ticks } from './axisText.ts';

describe('axis of the timeline', () => {
  it('writes positions as exactly as the range needs', () => {
    assert.deepEqual(
      [0.005, 0.5, 5, 50, 500, 50_000, 500_000].map((length) => positionText(1234.5678, 'time', length)),
      ['1234567.8 µs', '1234568 µs', '1234.57 ms', '1234.6 ms', '1235 ms', '1.2 s', '1 s'],
    );
    assert.equal(positionText(148387, 'steps', 10), '148,387');
  });

  it('writes lengths in the unit that reads best', () => {
    assert.deepEqual([0.0421, 12.34, 1234].map(lengthText), ['42 µs', '12.3 ms', '1.23 s']);
  });

  it('marks round positions within the range', () => {
    assert.deepEqual(ticks({ from: 3, to: 47 }, 8), [10, 20, 30, 40]);
    assert.deepEqual(ticks({ from: 0, to: 1 }, 0.19).length, 6);
    assert.equal(positionText(ticks({ from: -3, to: 5 }, 4)[0]!, 'steps', 8), '0');
  });
});
