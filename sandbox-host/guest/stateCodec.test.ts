import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stateDocumentSchema } from '../../protocol/stateDocument.ts';
import { decodeState, encodeState, fromBase64, toBase64 } from './stateCodec.ts';

/** Through encoding, JSON, the contract and back. */
function roundTrip(value: unknown): unknown {
  const document = stateDocumentSchema.parse(JSON.parse(JSON.stringify(encodeState([['root', value]]))));
  return decodeState(document).get('root');
}

describe('the state document', () => {
  const kept: [string, unknown][] = [
    ['plain data', { a: 1, b: 'x', c: [true, null, undefined] }],
    ['numbers that JSON loses', [Number.NaN, Infinity, -Infinity, -0, 2n ** 80n]],
    ['collections', new Map<unknown, unknown>([['k', new Set([1, { deep: true }])]])],
    ['dates and patterns', { at: new Date(5), never: new Date(Number.NaN), like: /a+/giu }],
    ['bytes', { raw: new Uint8Array([0, 127, 255]), floats: new Float64Array([1.5, -2]), buffer: new ArrayBuffer(5) }],
  ];
  for (const [name, value] of kept) {
    it(`keeps ${name}`, () => assert.deepEqual(roundTrip(value), value));
  }

  it('keeps shared objects and cycles', () => {
    const shared = { n: 1 };
    const value: { a: object; b: object; self?: object } = { a: shared, b: shared };
    value.self = value;
    const back = roundTrip(value) as typeof value;
    assert.equal(back.a, back.b);
    assert.equal(back.self, back);
  });

  it('keeps a property named __proto__ as a property', () => {
    const back = roundTrip(JSON.parse('{"__proto__": {"polluted": true}}')) as object;
    assert.deepEqual(Object.keys(back), ['__proto__']);
    assert.equal(Object.getPrototypeOf(back), Object.prototype);
  });

  it('says what it cannot keep', () => {
    const document = encodeState([['root', { f: function total() {}, s: Symbol('x'), p: Promise.resolve() }]]);
    assert.deepEqual(document.heap[0], {
      type: 'object',
      entries: [
        ['f', { opaque: 'function total' }],
        ['s', { opaque: 'Symbol(x)' }],
        ['p', { opaque: '[object Promise]' }],
      ],
    });
  });

  it('keeps any plain value', () => {
    const values = fc.anything({
      withMap: true,
      withSet: true,
      withBigInt: true,
      withDate: true,
      withTypedArray: true,
    });
    fc.assert(fc.property(values, (value) => assert.deepEqual(roundTrip({ value }), { value })));
  });

  it('writes base64 as everyone does', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        assert.equal(toBase64(bytes), Buffer.from(bytes).toString('base64'));
        assert.deepEqual(fromBase64(toBase64(bytes)), new Uint8Array(bytes));
      }),
    );
  });
});
