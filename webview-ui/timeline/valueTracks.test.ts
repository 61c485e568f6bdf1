import assert from 'node:assert/strict';
import { layOut, valueAt, withTrack } from './valueTracks.ts';

const track = {
  name: 'till.total',
  values: [
    { point: 4, value: '0' },
    { point: 11, time: 40, value: '108' },
    { point: 19, time: 43 },
    { point: 27, time: 43, value: '3798' },
  ],
};

describe('values on the timeline', () => {
  it('lie where they were written, those before the first look at the clock at its beginning', () => {
    assert.deepEqual([...layOut(track, 'time', 38).positions], [38, 40, 43, 43]);
    assert.deepEqual([...layOut(track, 'steps', 38).positions], [4, 11, 19, 27]);
  });

  it('are numbers when all that are known are', () => {
    assert.deepEqual(layOut(track, 'steps', 0).numbers, [0, 108, Number.NaN, 3798]);
    const mixed = {
      name: 'x',
      values: [
        { point: 1, value: '1' },
        { point: 2, value: 'tea' },
      ],
    };
    assert.equal(layOut(mixed, 'steps', 0).numbers, undefined);
    assert.equal(layOut({ name: 'x', values: [] }, 'steps', 0).numbers, undefined);
  });

  it('hold from their write on', () => {
    const drawn = layOut(track, 'steps', 0);
    assert.deepEqual(
      [3, 4, 18, 27, 90].map((position) => valueAt(drawn, position)?.point),
      [undefined, 4, 11, 27, 27],
    );
  });

  it('take the place of those of the same name', () => {
    const other = { name: 'other', values: [] };
    const again = { ...track, values: [] };
    assert.deepEqual(withTrack([track, other], again), [again, other]);
  });
});
