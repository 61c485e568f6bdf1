import assert from 'node:assert/strict';
import { TraceMap } from '@jridgewell/trace-mapping';
import { parse } from 'acorn';
import { OriginalTexts } from './originalTexts.ts';
import { renameExpression } from './renameExpression.ts';
import { ScriptNames } from './scriptNames.ts';

describe('expressions in the names of the author', () => {
  const renamed = (expression: string) =>
    renameExpression(expression, (name) => {
      if (name === 'sum') return { text: 't', isMember: false };
      return name === 'total' ? { text: 'cart_1.total', isMember: true } : undefined;
    });

  for (const [written, generated] of [
    ['sum', 't'],
    ['sum + other.sum + sums', 't + other.sum + sums'],
    ['({ sum, other: sum, sum: 1 })', '({ sum: t, other: t, sum: 1 })'],
    ['[1].map((sum) => sum + total)', '[1].map((sum) => sum + cart_1.total)'],
    ['total(sum)', '(0, cart_1.total)(t)'],
    ['total.cents', 'cart_1.total.cents'],
    ['sum = sum + 1', 't = t + 1'],
    ['({ sum } = { sum: 1 })', '({ sum: t } = { sum: 1 })'],
    ['({ sum = 2 } = {})', '({ sum: t = 2 } = {})'],
    ['is no (JavaScript', 'is no (JavaScript'],
  ] as const) {
    it(`${written} is ${generated}`, () => assert.equal(renamed(written), generated));
  }
});

describe('names of a script', () => {
  /** Each identifier that stands in both texts, in order, leads from one to the other. */
  const namesOf = (generated: string, original: string) => {
    const columns = (text: string) =>
      [...text.matchAll(/\b(?!function|return|let)[a-z]+\b/g)].map(({ index }) => index);
    const from = columns(generated);
    const to = columns(original);
    assert.equal(from.length, to.length);
    const map = new TraceMap({
      version: 3,
      sources: ['a.ts'],
      sourcesContent: [original],
      names: [],
      mappings: [from.map((column, index): [number, number, number, number] => [column, 0, 0, to[index]!])],
    });
    return new ScriptNames(generated, parse(generated, { ecmaVersion: 'latest' }), new OriginalTexts(map, ['a.ts']));
  };
  const original = 'function add(left) { let sum = left; return function () { let inner = sum; return inner } }';
  const generated = 'function f(t) { let e = t; return function () { let t = e; return t } }';

  it('are those of the scope that is asked about', () => {
    const names = namesOf(generated, original);
    const inner = generated.lastIndexOf('return');
    assert.equal(names.generated('inner', inner, 0)?.text, 't');
    assert.equal(names.generated('sum', inner, 0)?.text, 'e');
    assert.equal(names.original('t', inner, 0, { start: 46, end: 70 }), 'inner');
    assert.equal(names.original('t', inner, 0, { start: 10, end: 72 }), 'left', 'the outer function');
    assert.equal(names.functionAt(generated.indexOf('let e')), 'add');
  });

  it('are none for a variable whose name another has taken', () => {
    const names = namesOf(generated, original);
    assert.throws(() => names.generated('left', generated.lastIndexOf('return'), 0), /left cannot be read here/);
    assert.equal(names.generated('left', generated.indexOf('let e'), 0)?.text, 't');
    assert.equal(names.generated('unknown', 5, 0), undefined);
  });

  it('lead from the middle of a statement to its beginning', () => {
    const names = namesOf('a(b),c(d);e()', 'a(b),c(d);e()');
    assert.deepEqual(
      [5, 7, 10].map((offset) => names.statementAt(offset)),
      [0, 0, 10],
    );
  });
});
