import assert from 'node:assert/strict';
import { NAMES } from './drawTimeline.ts';
import { StripView } from './stripView.ts';

describe('the part that the strip shows', () => {
  const view = () => new StripView(() => ({ axis: 'steps', from: 0, to: 1000, width: NAMES + 100 }));

  it('is the whole with a margin at first, and again when none is chosen', () => {
    const one = view();
    assert.deepEqual(one.range, { from: -10, to: 1010 });
    one.show({ from: 100, to: 200 });
    assert.deepEqual(one.range, { from: 100, to: 200 });
    one.show(undefined);
    assert.deepEqual(one.range, { from: -10, to: 1010 });
  });

  it('moves to a position that it does not show', () => {
    const one = view();
    one.show({ from: 100, to: 200 });
    one.reveal(150);
    assert.deepEqual(one.range, { from: 100, to: 200 });
    one.reveal(500);
    assert.deepEqual(one.range, { from: 450, to: 550 });
    one.reveal(1000);
    assert.deepEqual(one.range, { from: 910, to: 1010 }, 'it stays in the recording');
  });

  it('zooms around a position, down to a few steps', () => {
    const one = view();
    one.show({ from: 100, to: 200 });
    one.zoom(2, 100);
    assert.deepEqual(one.range, { from: 100, to: 150 });
    one.zoom(1e6, 125);
    const { from, to } = one.range;
    assert.equal(to - from, 5);
  });

  it('knows what is drawn at a pixel', () => {
    const one = view();
    one.show({ from: 100, to: 200 });
    assert.deepEqual([one.positionAt(NAMES), one.positionAt(NAMES + 25)], [100, 125]);
  });
});
