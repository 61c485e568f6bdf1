import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TimelineEvent } from '../../protocol/timeline.ts';
import { buildRows, countColumns, moved, nearest, zoomed } from './timelineRows.ts';

const events: TimelineEvent[] = [
  [0, 10, 1, 'POST /orders', 5],
  [5, 12, 1, 'Receipt 1'],
  [0, 20, 8, 'GET /recommend', 9],
];

describe('rows of the timeline', () => {
  it('has a row for each lane in which something happened', () => {
    assert.deepEqual(
      buildRows(events, 'time').map(({ lane, positions }) => [lane, ...positions]),
      [
        ['requests', 1, 8],
        ['console', 1],
      ],
    );
    assert.deepEqual([...buildRows(events, 'steps')[0]!.positions], [10, 20]);
  });

  it('searches in texts and lanes', () => {
    assert.deepEqual(
      ['ORDERS', 'console', 'nothing'].map((text) =>
        buildRows(events, 'time', text).flatMap((row) => row.events.length),
      ),
      [[1], [1], []],
    );
  });

  it('finds what is under the mouse: near its point, or anywhere along its length', () => {
    const [requests] = buildRows(events, 'time');
    assert.equal(nearest(requests!, 'time', 4, 0.1)?.[3], 'POST /orders');
    assert.equal(nearest(requests!, 'time', 7.95, 0.1)?.[3], 'GET /recommend');
    assert.equal(nearest(requests!, 'time', 6.5, 0.1), undefined);
  });

  it('counts each event of the range in exactly one column', () => {
    const sorted = fc.array(fc.integer({ min: 0, max: 1000 })).map((list) => Float64Array.from(list).sort());
    fc.assert(
      fc.property(
        sorted,
        fc.integer({ min: 0, max: 900 }),
        fc.integer({ min: 1, max: 100 }),
        (positions, from, length) => {
          const to = from + length;
          const counts = countColumns(positions, { from, to }, 37);
          const expected = positions.filter((position) => position >= from && position <= to).length;
          assert.equal(
            counts.reduce((sum, count) => sum + count, 0),
            expected,
          );
        },
      ),
    );
  });

  it('stays within the whole however it is moved and zoomed', () => {
    const whole = { from: 10, to: 110 };
    const range = fc.tuple(fc.integer({ min: 10, max: 60 }), fc.integer({ min: 1, max: 50 }));
    const change = fc.tuple(fc.double({ min: 0.01, max: 100, noNaN: true }), fc.integer({ min: -500, max: 500 }));
    fc.assert(
      fc.property(range, change, ([from, length], [factor, by]) => {
        const view = { from, to: from + length };
        const after = [moved(view, by, whole), zoomed(view, factor, from + length / 3, whole, 0.001)];
        for (const { from, to } of after) assert.ok(from >= 10 - 1e-9 && to <= 110 + 1e-9 && to > from);
      }),
    );
  });

  it('keeps the place under the mouse while zooming', () => {
    const { from, to } = zoomed({ from: 0, to: 100 }, 2, 25, { from: 0, to: 100 }, 0.001);
    assert.deepEqual([from, to], [12.5, 62.5]);
  });
});
