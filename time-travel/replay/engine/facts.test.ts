import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkExpression } from './expressions.ts';
import { firstAfter, neighbour, timeAt } from './facts.ts';

describe('facts', () => {
  const ascending = fc.uniqueArray(fc.nat(50)).map((list) => list.sort((a, b) => a - b));

  it('finds the neighbours of a point', () => {
    fc.assert(
      fc.property(ascending, fc.nat(50), (points, from) => {
        assert.equal(
          neighbour(points, from, 1),
          points.find((point) => point > from),
        );
        assert.equal(
          neighbour(points, from, -1),
          points.findLast((point) => point < from),
        );
        assert.equal(firstAfter(points, from), points.filter((point) => point <= from).length);
      }),
    );
  });

  it('gives the last known time', () => {
    const times: [number, number][] = [
      [3, 0],
      [10, 5],
    ];
    assert.deepEqual(
      [1, 3, 9, 10, 99].map((point) => timeAt(times, point)),
      [undefined, 0, 0, 5, 5],
    );
  });
});

describe('expressions', () => {
  for (const [text, expected] of [
    ['a + b', 'a + b'],
    [' a // why', 'a'],
    ['a /* b */ + c', 'a   + c'],
    ['f(\n  x\n)', 'f(   x )'],
    ['{ a: 1 }', '{ a: 1 }'],
    ['a, b', 'a, b'],
  ] as const) {
    it(`takes ${JSON.stringify(text)}`, () => assert.equal(checkExpression(text), expected));
  }
  for (const text of ['', 'a b', 'a;', 'a); b(', 'let a', 'await a', 'if (a) b', '$Ap3x$t']) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => checkExpression(text), /is no expression/));
  }
});
