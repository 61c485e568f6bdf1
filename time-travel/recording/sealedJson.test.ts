import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { sealJson, unsealJson } from './sealedJson.ts';

describe('sealed JSON', () => {
  it('gives back what was sealed', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string({ minLength: 1 }).filter((key) => key !== 'checksum' && key !== '__proto__'),
          fc.jsonValue(),
        ),
        (value) => {
          const plain = JSON.parse(JSON.stringify(value));
          assert.deepEqual(unsealJson(sealJson(plain, crc32, 2), crc32), plain);
        },
      ),
    );
  });

  it('refuses a text with any byte changed, unless it means the same', () => {
    const value = { program: 'day.ts', started: '2026-11-20T10:00:00.000Z', ended: { code: 1, durationMs: 537 } };
    const bytes = Buffer.from(sealJson(value, crc32, 2));
    for (let at = 0; at < bytes.length; at++) {
      for (const mask of [1, 0x20, 0x55]) {
        const changed = Buffer.from(bytes);
        changed[at]! ^= mask;
        const read = unsealJson(changed.toString('utf8'), crc32);
        if (read !== undefined) assert.deepEqual(read, value, `byte ${at}`);
      }
    }
  });

  it('refuses what was never sealed', () => {
    for (const text of ['', '{}', '[]', 'null', '{"a":1}', '{"checksum":1}'])
      assert.equal(unsealJson(text, crc32), undefined, text);
  });
});
