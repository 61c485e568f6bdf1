import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pointAt, pointsBetween, timeBetween } from './recordedTime.ts';

describe('recorded time of points', () => {
  const times: [number, number][] = [
    [10, 1],
    [20, 2],
    [21, 50],
    [41, 50.5],
  ];

  it('is spread between two readings of the clock, a wait behind the last statement', () => {
    assert.deepEqual(
      [1, 10, 15, 20, 21, 31, 41, 90].map((point) => timeBetween(times, point, 90)),
      [1, 1, 1.5, 2, 50, 50.25, 50.5, 50.5],
    );
    assert.equal(timeBetween([], 5, 9), undefined);
  });

  it('leads back to points', () => {
    assert.deepEqual(
      [0, 1, 1.5, 2, 49, 50, 50.25, 60].map((time) => pointAt(times, time, 90)),
      [9, 10, 14, 20, 20, 21, 30, 90],
    );
    assert.equal(pointAt([], 3, 7), 1);
  });

  it('has the points that are drawn in a part', () => {
    assert.deepEqual(pointsBetween(times, 0, 1.5, 90), { from: 1, to: 19 });
    assert.deepEqual(pointsBetween(times, 1.5, 2.5, 90), { from: 20, to: 20 });
    assert.deepEqual(pointsBetween(times, 3, 99, 90), { from: 21, to: 90 });
    assert.deepEqual(pointsBetween(times, 3, 4, 90), { from: 21, to: 21 });
    assert.deepEqual(pointsBetween([], 3, 4, 90), { from: 1, to: 90 });
  });

  it('never goes back while time goes on', () => {
    const readings = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0, max: 9, noNaN: true })));
    fc.assert(
      fc.property(
        readings,
        fc.double({ min: 0, max: 50, noNaN: true }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        (steps, at, more) => {
          let [point, time] = [0, 0];
          const made = steps.map(([by, later]): [number, number] => {
            point += by;
            time += later;
            return [point, time];
          });
          const [before, after] = [pointAt(made, at, point + 1), pointAt(made, at + more, point + 1)];
          assert.ok(before >= 1 && before <= after && after <= point + 1, `${before} ${after}`);
        },
      ),
    );
  });
});
