import assert from 'node:assert/strict';
import type { VisitLog } from '../instrument/visitLog.ts';
import { Points } from './points.ts';

/** Probes as a program would run them: `step` is one statement, and the countdown is looked at in every `every`th. */
function probes(every = 1) {
  let left = 0;
  let end = 0;
  let held: { point: number; left: number } | undefined;
  let exact = false;
  let run = 0;
  let stop = () => {};
  const access = {
    point: () => held?.point ?? end - left,
    countFrom: (point: number, statements: number) => {
      end = point + statements;
      left = statements;
    },
    hold: (hold: boolean) => {
      if (hold === (held !== undefined)) return false;
      if (held) left = held.left;
      held = hold ? { point: end - left, left } : undefined;
      return true;
    },
    stopExactly: () => {
      exact = true;
    },
    onStop: (callback: () => void) => {
      stop = callback;
    },
    onVisit: () => {},
    onWrite: () => {},
    calls: { top: undefined },
    onCalls: () => {},
    visits: {} as VisitLog,
  };
  const step = (count = 1) => {
    for (let i = 0; i < count; i++) {
      left--;
      run++;
      if (!held && (exact ? left === 0 : left <= 0 && run % every === 0)) stop();
    }
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

  it('is exact only near its target', () => {
    const { access, step } = probes(10);
    const points = new Points(access);
    points.margin = 50;
    const seen: string[] = [];
    points.onAimed = () => void seen.push(`aimed ${points.now}`);
    points.stopAt(103, () => {
      seen.push(`target ${points.now}`);
      points.stopAt(104, () => void seen.push(`target ${points.now}`));
    });
    step(55);
    assert.equal(points.exact, false);
    step(100);
    assert.deepEqual(seen, ['aimed 60', 'target 103', 'target 104']);
    assert.equal(points.now, 155);
  });

  it('says that it has passed its target without a look', () => {
    for (const [target, ended, missed] of [
      [75, false, [100]],
      [175, true, [190]],
      [191, true, []],
    ] as const) {
      const { access, step } = probes(100);
      const points = new Points(access);
      points.margin = 10;
      const seen: number[] = [];
      points.onMissed = () => void seen.push(points.now);
      points.stopAt(target, () => assert.fail('the target was passed'));
      step(ended ? 190 : 120);
      if (ended) points.ended();
      assert.deepEqual(seen, missed);
    }
  });

  it('keeps regular visits apart from the target, also at the same point', () => {
    const { access, step } = probes();
    const points = new Points(access);
    points.margin = 0;
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
