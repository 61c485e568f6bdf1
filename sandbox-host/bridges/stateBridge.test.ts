import assert from 'node:assert/strict';
import { bridgeSpecSchema } from '../../protocol/sandboxBridge.ts';
import { encodeState } from '../guest/stateCodec.ts';
import { openHotStore } from '../storage/hotStore.ts';
import { HostStates } from './hostStates.ts';
import { keySteps, leavesOf } from './leaves.ts';
import { StateBridge } from './stateBridge.ts';
import type { CallFunction } from './transforms.ts';

const call: CallFunction = async (at: number, calls: unknown[][]) => calls.map((args) => ({ at, args }));

describe('bridges', () => {
  const states = new HostStates(
    () => openHotStore(1 << 20),
    () => {},
  );
  let number = 0;
  after(() => states.flush());

  /** A bridge between two states of the host, whose ends need no process. */
  const bridge = async (spec: object, from: object, to: object, functions = call) => {
    const [a, b] = [`a${++number}`, `b${number}`];
    const json = (value: object) => JSON.parse(JSON.stringify(value));
    await states.write(a, json(from));
    await states.write(b, json(to));
    const parsed = bridgeSpecSchema.parse({ from: { host: a }, to: { host: b }, when: 'demand', ...spec });
    const ends = { from: states.endpoint(a), to: states.endpoint(b) };
    const made = new StateBridge('bridge-1', parsed, ends, { call: functions, changed: () => {} });
    await made.open();
    const set = async (side: 'a' | 'b', value: object) => states.write(side === 'a' ? a : b, json(value));
    const both = async () => [await states.read(a), await states.read(b)];
    return { made, set, both };
  };

  it('know the values of a state by key, circles cut, arrays whole', () => {
    const cart: Record<string, unknown> = { 'a/b': { '~': 1 }, list: [1, { x: 2 }], empty: {}, f: () => 1, big: 2n };
    cart.self = cart;
    const leaves = leavesOf(encodeState([['cart', cart]]), 'cart');
    assert.deepEqual([...leaves.keys()].sort(), ['a~1b/~0', 'big', 'empty', 'list']);
    assert.deepEqual(keySteps('a~1b/~0'), ['a/b', '~']);
    assert.deepEqual([...leavesOf(encodeState([]), 'cart')], []);
  });

  it('push what has changed, remove what is gone, and leave the rest alone', async () => {
    const { made, set, both } = await bridge({}, { n: 1, deep: { a: 1, b: 2 } }, { own: true });
    await made.sync();
    assert.deepEqual((await both())[1], { own: true, n: 1, deep: { a: 1, b: 2 } });
    await set('a', { n: 2, deep: { a: 1 } });
    await made.sync();
    assert.deepEqual((await both())[1], { own: true, n: 2, deep: { a: 1 } });
    assert.equal(made.info.carried, 5);
  });

  it('pull', async () => {
    const { made, both } = await bridge({ direction: 'pull' }, {}, { n: 1 });
    await made.sync();
    assert.deepEqual(await both(), [{ n: 1 }, { n: 1 }]);
  });

  it('carry both ways', async () => {
    const { made, set, both } = await bridge({ direction: 'both' }, { n: 1 }, { n: 0, m: 1 });
    await made.sync();
    assert.deepEqual(await both(), [{ n: 1 }, { n: 1, m: 1 }]);
    await set('b', { n: 1, m: 2 });
    await made.sync();
    assert.deepEqual(await both(), [
      { n: 1, m: 2 },
      { n: 1, m: 2 },
    ]);
  });

  it('filter, redact, rename and call functions, in their order', async () => {
    const transform = [{ redact: ['user/token'] }, { rename: { from: 'user', to: 'owner' } }, { custom: 'f' }];
    const double = async (_at: number, calls: unknown[][]) =>
      calls.map(([value]) => (typeof value === 'number' ? value * 2 : value));
    const { made, both } = await bridge(
      { transform, include: ['user/*', 'n'], exclude: ['user/secret'] },
      { user: { token: 't', secret: 's', name: 'ann' }, n: 21, other: 1 },
      {},
      double,
    );
    await made.sync();
    assert.deepEqual((await both())[1], { owner: { token: '[redacted]', name: 'ann' }, n: 42 });
  });

  it('undo renames on the way back, and carry nothing back that was redacted', async () => {
    const transform = [{ redact: ['user/token'] }, { rename: { from: 'user', to: 'owner' } }];
    const from = { user: { token: 't', name: 'ann' } };
    const { made, set, both } = await bridge({ transform, direction: 'both' }, from, {});
    await made.sync();
    await set('b', { owner: { token: 'x', name: 'bob' } });
    await made.sync();
    assert.deepEqual((await both())[0], { user: { token: 't', name: 'bob' } });
  });

  it('settle conflicts by the last write, by rejection, or by a function', async () => {
    for (const [conflict, expected] of [
      ['last-write', 2],
      ['reject', 9],
      [{ merge: 'f' }, { at: 0, args: [2, 9, 1] }],
    ] as const) {
      const { made, set, both } = await bridge({ conflict }, { n: 1, m: 1 }, { n: 1, m: 1 });
      await made.sync();
      await set('b', { n: 9, m: 1 });
      await set('a', { n: 2, m: 2 });
      await made.sync();
      assert.deepEqual((await both())[1], { n: expected, m: 2 });
      assert.equal(made.info.conflicts, conflict === 'last-write' ? 0 : 1);
    }
  });

  it('bound what is carried at one time', async () => {
    const many = Object.fromEntries(Array.from({ length: 25 }, (_, at) => [`k${at}`, at]));
    for (const [onFull, there, status] of [
      ['wait', 25, 'open'],
      ['drop-oldest', 10, 'open'],
      ['fail', 0, 'failed'],
    ] as const) {
      const { made, both } = await bridge({ buffer: { changes: 10, onFull } }, many, {});
      await made.sync();
      assert.equal(Object.keys((await both())[1]!).length, there);
      assert.deepEqual([made.info.status, made.info.dropped], [status, onFull === 'drop-oldest' ? 15 : 0]);
    }
  });

  it('lose nothing however the changes of both sides fall', async () => {
    const { made, set, both } = await bridge({ direction: 'both', when: 'eager' }, {}, {});
    for (let n = 0; n < 200; n++) {
      const side = n % 3 === 0 ? 'b' : 'a';
      const [a, b] = await both();
      void set(side, { ...((side === 'a' ? a : b) as object), [`k${n % 17}`]: n });
      if (n % 5 === 0) await made.sync();
    }
    await made.sync();
    const [a, b] = await both();
    assert.deepEqual(a, b);
    assert.equal(Object.keys(a as object).length, 17);
    made.close();
  });
});
