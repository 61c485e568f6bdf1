import assert from 'node:assert/strict';
import { instrument } from '../instrument/instrument.ts';
import { nextStop } from './visits.ts';

const source = `let a = 1; if (a) a++; else a--;

const f = (x) => x + 1; f(a); {
  f(a); f(2);
}
`;

describe('the next stop', () => {
  const { stops } = instrument(source, ['commonjs'])!;
  const places = source.split('\n').flatMap((text, line) => Array.from(text, (_, column) => ({ line, column })));

  it('is the first at or after each place of a source', () => {
    assert.ok(stops.length > 8);
    for (const { line, column } of places) {
      const expected = stops.findIndex((stop) => stop.line > line || (stop.line === line && stop.column >= column));
      assert.equal(nextStop(stops, line, column), expected < 0 ? undefined : expected, `${line}:${column}`);
    }
  });

  it('is none behind the last', () => {
    assert.equal(nextStop(stops, 100), undefined);
    assert.equal(nextStop([], 0), undefined);
  });
});
