import assert from 'node:assert/strict';
import type { StateEdit, StatePath, StateValue } from '../../protocol/stateDocument.ts';
import { createStateRegistry, EditRefused } from './stateRegistry.ts';

const edit = (path: StatePath, value: StateValue, expected?: StateValue): StateEdit => ({ path, value, expected });

describe('declared state', () => {
  it('gives the program its own object, and edits change that object', () => {
    const registry = createStateRegistry();
    const initial = { price: 3, tags: ['a', 'b'], stock: new Map([['tea', 5]]), seen: new Set(['x']) };
    const shop = registry.declare('shop', initial);
    assert.equal(shop, initial);
    registry.edit(edit(['shop', 'price'], 4, 3));
    registry.edit(edit(['shop', 'tags', 1], 'c'));
    registry.edit(edit(['shop', 'stock', 0], 9));
    registry.edit(edit(['shop', 'seen', 0], 'y'));
    assert.deepEqual(shop, { price: 4, tags: ['a', 'c'], stock: new Map([['tea', 9]]), seen: new Set(['y']) });
  });

  const refused: [string, StateEdit, RegExp][] = [
    ['another kind', edit(['s', 'n'], 'text'), /is a number; "text" is not/],
    ['a value the program has changed meanwhile', edit(['s', 'n'], 2, 7), /changed this value to 1 meanwhile/],
    ['an unknown state', edit(['other', 'n'], 2), /no declared state "other"/],
    ['a path that is gone', edit(['s', 'gone'], 2), /s › gone is no longer there/],
    ['an inherited property', edit(['s', 'constructor', 'name'], 'x'), /no longer there/],
    ['a whole object', edit(['s', 'o'], 2), /not whole objects/],
    ['a whole state', edit(['s'], 2), /whole state/],
    ['a read-only property', edit(['s', 'frozen', 'x'], 2), /read-only/],
    ['a function', edit(['s', 'f'], 2), /cannot be edited/],
  ];
  for (const [name, attempt, message] of refused) {
    it(`refuses to edit ${name}`, () => {
      const registry = createStateRegistry();
      const state = registry.declare('s', { n: 1, o: {}, frozen: Object.freeze({ x: 1 }), f: () => 1 });
      assert.throws(() => registry.edit(attempt), { name: 'EditRefused', message });
      assert.equal(state.n, 1);
    });
  }

  it("asks the program's check and undoes a refused edit", () => {
    const registry = createStateRegistry();
    const told: unknown[] = [];
    const state = registry.declare(
      's',
      { discount: 0 },
      { check: ({ discount }) => (discount > 1 ? 'too much' : undefined), onEdit: (path) => told.push(path) },
    );
    assert.throws(() => registry.edit(edit(['s', 'discount'], 2)), new EditRefused('too much'));
    assert.equal(state.discount, 0);
    registry.edit(edit(['s', 'discount'], 1));
    assert.deepEqual(told, [['s', 'discount']]);
  });

  it('takes a check that throws for a refusal', () => {
    const registry = createStateRegistry();
    const state = registry.declare(
      's',
      { n: 1 },
      {
        check: () => {
          throw new Error('broken');
        },
      },
    );
    assert.throws(() => registry.edit(edit(['s', 'n'], 2)), /check of "s" failed: broken/);
    assert.equal(state.n, 1);
  });

  it('keeps the object when a new version of the module declares it again', () => {
    const registry = createStateRegistry();
    const first = registry.declare('s', { n: 1 });
    first.n = 5;
    assert.equal(registry.declare('s', { n: 1 }), first);
  });

  it('starts from restored values once', () => {
    const registry = createStateRegistry();
    registry.restore(new Map([['s', { n: 9 }]]));
    assert.deepEqual(registry.declare('s', { n: 1 }), { n: 9 });
  });

  it('says what cannot be declared', () => {
    const registry = createStateRegistry();
    assert.throws(() => registry.declare('', {}), TypeError);
    assert.throws(() => registry.declare('n', 1 as unknown as object), /object, array, Map or Set/);
  });
});
