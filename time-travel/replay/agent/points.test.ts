import assert from 'node:assert/strict';
import { Points } from './points.ts';

/** Probes as a program would run them, one call of `step` a statement. */
function probes() {
  let left = 0;
  let stop = () => {};
  const access = {
    remaining: () => left,
    countFrom: (statements: number) => {
      left = statements;
    },
    onStop: (callback: () => void) => {
      stop = callback;
    },
    onVisit: () => {},
    onWrite: () => {},
  };
  const step = (count = 1) => {
    for (let i = 0; i < count; i++) --left || stop();
  };
  return { access, step };
}

describe('points', () => {
  it('counts statements', () => {
    const { access, step } = probes();
    const points = new Points(access);
    assert.equal(points.now, 0);
    step(3);
    assert.equal(points.now, 3);
  });

  it('calls back at a point and goes on counting', () => {
    const { access, step } = probes();
    const points = new Points(access);
    const seen: number[] = [];
    points.stopAt(2, () => {
      seen.push(points.now);
      points.stopAt(5, () => void seen.push(points.now));
    });
    step(10);
    assert.deepEqual(seen, [2, 5]);
    assert.equal(points.now, 10);
  });

  it('keeps regular visits apart from the target, also at the same point', () => {
    const { access, step } = probes();
    const points = new Points(access);
    const seen: string[] = [];
    points.visitAt(2, () => {
      seen.push(`visit ${points.now}`);
      return points.now + 2;
    });
    points.stopAt(4, () => void seen.push(`target ${points.now}`));
    step(7);
    assert.deepEqual(seen, ['visit 2', 'visit 4', 'target 4', 'visit 6']);
  });

  it('stands still while a question runs statements of the program', () => {
    const { access, step } = probes();
    const points = new Points(access);
    let reached = 0;
    points.stopAt(8, () => {
      reached = points.now;
    });
    step(4);
    points.outsideTime(() => {
      step(100);
      assert.equal(points.now, 4);
    });
    assert.equal(points.now, 4);
    step(4);
    assert.equal(reached, 8);
  });
});
