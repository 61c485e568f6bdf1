import assert from 'node:assert/strict';
import * as util from 'node:util';
import fc from 'fast-check';
import { format, inspect } from './inspect.ts';

class Point {
  x = 1;
}

describe('inspect in a guest', () => {
  const same: [string, unknown[]][] = [
    ['primitives', ['text', 1, -0, 10n, true, null, undefined, Symbol('s')]],
    ['objects', [{ a: 1, 'b-c': 'x', [Symbol('k')]: 2 }, [], {}, [1, 'two', [3]]]],
    ['holes', [Object.assign(new Array(4), { 0: 1, 3: 4 })]],
    ['collections', [new Map([['a', { b: 1 }]]), new Set([1, 'x'])]],
    ['classes', [new Point(), Point, function named() {}, () => 1]],
    ['quotes', [["it's", 'say "x"', '\n\t\\', '\x01']]],
    ['depth', [{ a: { b: { c: { d: 1 } } } }]],
    ['null prototype', [Object.create(null)]],
    ['accessors', [Object.defineProperty({}, 'a', { get: () => 1, enumerable: true })]],
    ['dates and patterns', [{ at: new Date(0), like: /x/gi, no: new Date(Number.NaN) }]],
    ['substitution', ['%s is %d%% of %j', 'a', 5, { b: 1 }, 'rest']],
    ['bytes', [new Uint8Array([1, 2, 3])]],
  ];
  for (const [name, values] of same) {
    it(`shows ${name} as Node does`, () => {
      assert.equal(format(values), util.format(...values));
    });
  }

  it('breaks a long object into lines', () => {
    const text = inspect({ first: 'x'.repeat(40), second: 'y'.repeat(40) });
    assert.equal(text, `{\n  first: '${'x'.repeat(40)}',\n  second: '${'y'.repeat(40)}'\n}`);
  });

  it('marks a cycle', () => {
    const value: { self?: unknown } = {};
    value.self = value;
    assert.equal(inspect(value), '{ self: [Circular] }');
  });

  it('survives a proxy whose traps throw', () => {
    const trap = () => {
      throw new Error('trap');
    };
    const hostile = new Proxy({}, { ownKeys: trap, get: trap, getPrototypeOf: trap });
    assert.equal(inspect(hostile), '[cannot be shown]');
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything({ withMap: true, withSet: true, withBigInt: true }), (value) => {
        assert.equal(typeof inspect(value), 'string');
      }),
    );
  });
});
