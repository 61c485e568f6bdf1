import assert from 'node:assert/strict';
import type { StateValue } from '../../protocol/stateDocument.ts';
import { editText, parseEdit } from './stateValues.ts';

describe('editing a value', () => {
  const accepted: [StateValue, string, StateValue][] = [
    [1, '2.5', 2.5],
    [1, ' 1_000 ', 1000],
    [1, '-.5e3', -500],
    [1, '0xff', 255],
    [1, 'NaN', { special: 'NaN' }],
    ['a', ' b ', ' b '],
    ['a', '', ''],
    [true, 'false', false],
    [{ bigint: '1' }, '12n', { bigint: '12' }],
    [{ bigint: '1' }, '-3', { bigint: '-3' }],
    [null, '"text"', 'text'],
    [null, '5', 5],
    [{ special: 'undefined' }, 'null', null],
  ];
  for (const [old, text, value] of accepted) {
    it(`${JSON.stringify(text)} in place of ${JSON.stringify(old)}`, () => {
      assert.deepEqual(parseEdit(text, old), { value });
    });
  }

  const refused: [StateValue, string][] = [
    [1, 'ten'],
    [1, ''],
    [1, '1,5'],
    [true, 'yes'],
    [{ bigint: '1' }, '1.5'],
    [null, '{}'],
    [null, 'bare'],
  ];
  for (const [old, text] of refused) {
    it(`refuses ${JSON.stringify(text)} in place of ${JSON.stringify(old)}`, () => {
      assert.ok('error' in parseEdit(text, old));
    });
  }

  it('starts from a text that gives the same value back', () => {
    for (const value of [1, -2.5, 'it is', true, null, { bigint: '7' }, { special: '-0' }] as StateValue[]) {
      assert.deepEqual(parseEdit(editText(value), value), { value });
    }
  });
});
