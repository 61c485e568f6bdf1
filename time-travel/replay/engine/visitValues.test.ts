import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainLauncher } from './launch.ts';
import { type PlaceRequest, ReplaySession } from './replaySession.ts';

const HITS = 150_000;
const source = `let counted = 0;
const order = { get total() { counted++; return counted; }, name: 'tea' };
function visited(value) {
  return value;
}
const values = [1.5, -0, NaN, 'a\\nb', undefined, null, 3n, { x: 1 }, Symbol('s'), true];
for (const value of values) visited(value);
const doubled = values.slice(0, 2).map((value) => value * 2);
let sum = 0;
function thrower() { throw Object.create(null); }
for (let i = 0; i < ${HITS}; i++) {
  sum += i;
}
console.log(sum, counted, doubled.length);
`;

describe('values of visits', function () {
  this.timeout(180_000);
  let folder: string;
  let session: ReplaySession;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'apex-visits-'));
    writeFileSync(join(folder, 'values.cjs'), source);
    session = await ReplaySession.open(plainLauncher(process.execPath, join(folder, 'values.cjs')));
  });
  after(() => {
    session.close();
    rmSync(folder, { recursive: true });
  });

  const ask = async (line: number, more: Partial<PlaceRequest> = {}) => {
    const [facts] = await session.visits([{ path: join(folder, 'values.cjs'), line: line - 1, ...more }]);
    return { points: facts!.points, values: facts!.points.map((_, visit) => facts!.values.at(visit)) };
  };

  it('are rendered, whatever they are', async () => {
    const { values } = await ask(4, { expressions: ['value'] });
    const rendered = ['1.5', '-0', 'NaN', 'a\nb', 'undefined', 'null', '3n', '{ x: 1 }', 'Symbol(s)', 'true'];
    assert.deepEqual(values.flat(), rendered);
  });

  it('tell what an expression throws, each for itself', async () => {
    const { values } = await ask(4, {
      condition: 'value === 1.5',
      expressions: ['nothing', 'value', 'value.x.y', 'thrower()'],
    });
    assert.deepEqual(values, [
      [
        '<ReferenceError: nothing is not defined>',
        '1.5',
        "<TypeError: Cannot read properties of undefined (reading 'y')>",
        '<an object without a text>',
      ],
    ]);
  });

  it('are found in the body of an arrow function', async () => {
    const { points } = await ask(8, { column: 46 });
    assert.equal(points.length, 2);
    const { values } = await ask(8, { column: 46, expressions: ['value', 'later.x'], condition: 'value > 1' });
    assert.deepEqual(values, [['1.5', '<ReferenceError: later is not defined>']]);
  });

  it('count no visit that an expression makes', async () => {
    const plain = await ask(4);
    const { points, values } = await ask(4, { expressions: ['visited(7)', 'order.total'] });
    assert.deepEqual(points, plain.points);
    assert.equal(new Set(values.map(([seven]) => seven)).size, 1);
    assert.deepEqual(
      (
        await session.visits([
          { path: join(folder, 'values.cjs'), line: 3 },
          { path: join(folder, 'values.cjs'), line: 6, expressions: ['visited(1)'] },
        ])
      )[0]!.points,
      plain.points,
    );
  });

  it('come in any number, with those of other places between them', async () => {
    const file = join(folder, 'values.cjs');
    const [inLoop, around, once] = await session.visits([
      { path: file, line: 11, expressions: ['i', 'sum', 'order.name'] },
      { path: file, line: 11 },
      { path: file, line: 13, expressions: ['sum'] },
    ]);
    assert.equal(inLoop!.points.length, HITS);
    assert.deepEqual(around!.points, inLoop!.points);
    for (const visit of [0, 1, 65_535, 65_536, HITS - 1]) {
      assert.deepEqual(inLoop!.values.at(visit), [String(visit), String((visit * (visit - 1)) / 2), 'tea']);
    }
    assert.deepEqual(once!.values.at(0), [String((HITS * (HITS - 1)) / 2)]);
    assert.equal(once!.points[0]! > inLoop!.points.at(-1)!, true);
  });
});
