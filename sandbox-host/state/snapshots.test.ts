import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeState, encodeState } from '../guest/stateCodec.ts';
import { openHotStore } from '../storage/hotStore.ts';
import { diffState } from './diffState.ts';
import { Snapshots } from './snapshots.ts';
import { joinDocuments, splitDocument } from './splitDocument.ts';
import { UndoHistory } from './undoHistory.ts';

const state = (values: Record<string, unknown>) => encodeState(Object.entries(values));
const shown = (from: Record<string, unknown>, to: Record<string, unknown>) =>
  diffState(state(from), state(to)).map(
    ({ path, kind, before, after }) => `${kind} ${path.join('.')} ${JSON.stringify(before)} ${JSON.stringify(after)}`,
  );

describe('differences of states', () => {
  it('are found in what is nested deeper than a path can say', () => {
    const deep = (end: unknown) => {
      let value = end;
      for (let level = 0; level < 2_000; level++) value = { value };
      return { deep: value };
    };
    assert.deepEqual(shown(deep(1), deep(1)), []);
    const [change, ...more] = shown(deep(1), deep(2));
    assert.match(change!, /^changed deep(\.value){199} \{"opaque":"object of 1"\}/);
    assert.deepEqual(more, []);
  });
});

describe('snapshots', () => {
  it('split a document where nothing connects it, and join it again', () => {
    const shared = { n: 1 };
    const document = state({ a: { shared }, b: [1, { x: [2] }], c: new Map([[shared, 'c']]), d: {} });
    const parts = splitDocument(document);
    assert.deepEqual(parts.map(({ roots }) => Object.keys(roots).join()).sort(), ['a,c', 'b', 'd']);
    const joined = decodeState(joinDocuments(parts));
    const [a, c] = [joined.get('a') as { shared: object }, joined.get('c') as Map<object, string>];
    assert.equal(c.get(a.shared), 'c');
    assert.deepEqual(joined.get('b'), [1, { x: [2] }]);
  });

  it('give back any state as it was', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.oneof(fc.object({ withMap: true, withSet: true }), fc.array(fc.bigInt()))),
        (values) => {
          const document = state(values);
          assert.deepEqual(diffState(document, joinDocuments(splitDocument(document))), []);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('store a part once, whichever snapshots it is in, and drop what no snapshot uses', async () => {
    const store = openHotStore(1 << 20);
    const snapshots = new Snapshots(store);
    const of = { sandbox: 'sandbox-1', label: 'shop' };
    const first = await snapshots.take(of, state({ big: { text: 'x'.repeat(10_000) }, n: { n: 1 } }));
    const second = await snapshots.take(of, state({ big: { text: 'x'.repeat(10_000) }, n: { n: 2 } }), 'later');
    assert.ok(first.stored < 400 && second.stored < 100, `${first.stored} and ${second.stored} bytes`);
    assert.equal((await store.keys('part/')).length, 3);
    assert.deepEqual((await snapshots.list()).map(({ note }) => note).sort(), ['later', undefined]);
    assert.deepEqual(decodeState(await snapshots.read(first.snapshot)).get('n'), { n: 1 });
    await snapshots.forget(first.snapshot);
    assert.equal((await store.keys('part/')).length, 2);
    assert.deepEqual(decodeState(await snapshots.read(second.snapshot)).get('n'), { n: 2 });
    await assert.rejects(snapshots.read(first.snapshot), { code: 'no-such-snapshot' });
    const [part] = await store.keys('part/');
    await store.delete(part!);
    await assert.rejects(snapshots.read(second.snapshot), { code: 'snapshot-damaged' });
  });

  it('are compared path by path', () => {
    assert.deepEqual(shown({ a: { n: 1, s: 'x', l: [1, 2] } }, { a: { n: 2, s: 'x', l: [1], k: true } }), [
      'changed a.n 1 2',
      'removed a.l.1 2 undefined',
      'added a.k undefined true',
    ]);
    assert.deepEqual(
      shown(
        {
          m: new Map([
            ['x', 1],
            ['y', 2],
          ]),
        },
        { m: new Map([['y', 3]]), z: {} },
      ),
      ['removed m.x 1 undefined', 'changed m.y 2 3', 'added z undefined {"opaque":"object of 0"}'],
    );
    assert.deepEqual(shown({ d: { at: new Date(0) } }, { d: { at: new Date(1) } }), [
      'changed d.at {"opaque":"1970-01-01T00:00:00.000Z"} {"opaque":"1970-01-01T00:00:00.001Z"}',
    ]);
    const circle: Record<string, unknown> = { n: 1 };
    circle.self = circle;
    assert.deepEqual(shown({ circle }, { circle }), []);
  });

  it('go back and forth', () => {
    const history = new UndoHistory();
    history.changed(state({ n: { n: 1 } }));
    assert.deepEqual(history.peek(true), undefined);
    assert.deepEqual(history.peek(false), state({ n: { n: 1 } }));
    history.moved(false, state({ n: { n: 2 } }));
    assert.deepEqual([history.depth, history.peek(true)], [{ undo: 0, redo: 1 }, state({ n: { n: 2 } })]);
    for (let n = 0; n < 60; n++) history.changed(state({ n: { n } }));
    assert.deepEqual(history.depth, { undo: 50, redo: 0 });
  });
});
