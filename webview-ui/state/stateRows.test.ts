import assert from 'node:assert/strict';
import type { StateDocument } from '../../protocol/stateDocument.ts';
import { buildRows, MAX_CHILDREN } from './stateRows.ts';

const document: StateDocument = {
  roots: { shelf: { ref: 0 } },
  heap: [
    {
      type: 'object',
      entries: [
        ['discount', 0.1],
        ['sold', { ref: 1 }],
        ['self', { ref: 0 }],
        ['log', { opaque: 'function log' }],
      ],
    },
    { type: 'map', entries: [['tea', 3]] },
  ],
};
const lines = (open: string[][]) =>
  buildRows(document, new Set(open.map((path) => JSON.stringify(path)))).map(
    ({ level, label, text }) => `${'  '.repeat(level - 1)}${label}: ${text}`,
  );

describe('rows of the state tree', () => {
  it('shows only declared states at first', () => {
    assert.deepEqual(lines([]), ['shelf: {4 properties}']);
  });

  it('shows what is open, and a cycle as far as it is opened', () => {
    assert.deepEqual(lines([['shelf'], ['shelf', 'sold'], ['shelf', 'self']]), [
      'shelf: {4 properties}',
      '  discount: 0.1',
      '  sold: Map(1)',
      '    "tea": 3',
      '  self: {4 properties}',
      '    discount: 0.1',
      '    sold: Map(1)',
      '    self: {4 properties}',
      '    log: function log',
      '  log: function log',
    ]);
  });

  it('offers only leaves for editing', () => {
    const rows = buildRows(document, new Set(['["shelf"]', '["shelf","sold"]']));
    assert.deepEqual(
      rows.filter((row) => row.value !== undefined).map((row) => row.path),
      [
        ['shelf', 'discount'],
        ['shelf', 'sold', 0],
      ],
    );
  });

  it('cuts what nobody reads and says how much', () => {
    const items = Array.from({ length: MAX_CHILDREN + 7 }, (_, at) => at);
    const long: StateDocument = { roots: { list: { ref: 0 } }, heap: [{ type: 'array', items }] };
    const rows = buildRows(long, new Set(['["list"]']));
    assert.equal(rows.length, MAX_CHILDREN + 2);
    assert.equal(rows.at(-1)!.text, '7 more');
  });
});
