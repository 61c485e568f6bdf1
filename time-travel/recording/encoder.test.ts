import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Decoder, describingHooks, MalformedLog } from './decoder.ts';
import { Encoder } from './encoder.ts';

const encoderHooks = {
  sharedIndex: () => undefined,
  sharedLength: () => 0,
  memoryNumber: () => 0,
  copy(source: ArrayBufferView, target: Uint8Array, at: number, start: number, count: number) {
    target.set(new Uint8Array(source.buffer, source.byteOffset + start, count), at);
  },
  knownId: () => undefined,
  className: () => undefined,
  flatten: () => undefined,
  newId: () => 0,
  promiseId: () => 0,
};

function roundTrip(value: unknown): unknown {
  const encoder = new Encoder(encoderHooks);
  encoder.value(value);
  const decoder = new Decoder(describingHooks());
  decoder.bytes = encoder.bytes.subarray(0, encoder.length);
  const result = decoder.value();
  assert.equal(decoder.position, encoder.length);
  return result;
}

const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'binary', minLength: 40, maxLength: 300 }),
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt(),
  fc.boolean(),
  fc.constantFrom(null, undefined, -0, NaN),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array(),
  fc.float64Array(),
  fc.bigInt64Array(),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  fc.uint8Array().map((bytes) => bytes.buffer.slice(0, bytes.byteLength)),
);
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('value')),
    fc.array(tie('value')).map((items) => new Set(items)),
    fc.array(fc.tuple(tie('value'), tie('value'))).map((entries) => new Map(entries)),
    fc.dictionary(fc.string(), tie('value')),
  ),
})).value;

describe('values in a log', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(values, (value) => assert.deepStrictEqual(roundTrip(value), value)),
      { numRuns: 1000 },
    );
  });

  it('keep holes, lone surrogates, own properties and classes of errors', () => {
    const holes: unknown[] = [1];
    holes[2] = 3;
    assert.deepStrictEqual(roundTrip(holes), holes);
    assert.equal(roundTrip('\ud800'), '\ud800');
    const error = Object.assign(new RangeError('no'), { code: 'E', errno: -2 });
    const copy = roundTrip(error) as RangeError & { code: string; errno: number };
    assert.ok(copy instanceof RangeError);
    assert.deepEqual([copy.message, copy.code, copy.errno], ['no', 'E', -2]);
    assert.deepEqual(Object.keys(roundTrip(JSON.parse('{"__proto__":1}')) as object), ['__proto__']);
  });

  it('contain themselves', () => {
    const value: Record<string, unknown> = { list: [1] };
    value.self = value;
    (value.list as unknown[]).push(value.list, value);
    assert.deepStrictEqual(roundTrip(value), value);
  });

  it('are doubles, of which the log has what differs from the last ones', () => {
    const shared = new Float64Array(18);
    const encoder = new Encoder({ ...encoderHooks, sharedIndex: (view) => (view === shared ? 3 : undefined) });
    const target = new Float64Array(20);
    const decoder = new Decoder({ ...describingHooks(), sharedArray: (index) => (index === 3 ? target : undefined) });
    const special = fc.constantFrom(0, -0, Number.NaN, 1, 2 ** 40);
    fc.assert(
      fc.property(fc.float64Array({ maxLength: 18 }), fc.array(special, { maxLength: 18 }), (own, changes) => {
        changes.forEach((value, index) => {
          shared[index] = value;
        });
        encoder.length = 0;
        for (const value of [shared, own, own, shared]) encoder.value(value);
        decoder.bytes = encoder.bytes.subarray(0, encoder.length);
        decoder.position = 0;
        assert.equal(decoder.value(), target);
        assert.deepStrictEqual(target.subarray(0, 18), shared);
        for (let i = 0; i < 2; i++) assert.deepStrictEqual(decoder.value(), own);
        const before = decoder.position;
        decoder.value();
        assert.equal(decoder.position, encoder.length);
        // Nothing new, unless the other array was of its length.
        if (own.length < 18) assert.equal(decoder.position - before, 4);
      }),
    );
  });

  it('write a name once', () => {
    const encoder = new Encoder(encoderHooks);
    for (const name of ['fs.open', 'fs.read', 'fs.open']) encoder.name(name);
    const decoder = new Decoder(describingHooks());
    decoder.bytes = encoder.bytes.subarray(0, encoder.length);
    assert.deepEqual([decoder.name(), decoder.name(), decoder.name()], ['fs.open', 'fs.read', 'fs.open']);
    assert.deepEqual(decoder.names, ['fs.open', 'fs.read']);
  });

  it('made of arbitrary bytes end in MalformedLog or a value, never in another error or without end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const decoder = new Decoder(describingHooks());
        decoder.bytes = bytes;
        try {
          decoder.value();
        } catch (error) {
          assert.ok(error instanceof MalformedLog, String(error));
        }
      }),
      { numRuns: 10_000 },
    );
  });
});
