import assert from 'node:assert/strict';
import nodePath from 'node:path/posix';
import fc from 'fast-check';
import { performLocal } from '../../worker/localOperations.ts';
import { createCrypto } from './crypto.ts';
import { atob, btoa, TextDecoder, TextEncoder } from './encoding.ts';
import { Headers } from './fetch.ts';
import { basename, dirname, extname, format, isAbsolute, join, normalize, parse, relative, resolve } from './path.ts';
import { createUrlClasses, type Parts } from './url.ts';

const urls = createUrlClasses(
  (request) => (JSON.parse(performLocal(JSON.stringify(['url', request]))) as Parts) ?? undefined,
);

describe("the guest's standard library", () => {
  it('encodes text as Node does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.deepEqual(new TextEncoder().encode(text), new globalThis.TextEncoder().encode(text));
        assert.equal(
          new TextDecoder().decode(Buffer.from(text)),
          new globalThis.TextDecoder().decode(Buffer.from(text)),
        );
      }),
    );
  });

  it('decodes any bytes as Node does', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        assert.equal(new TextDecoder().decode(bytes), new globalThis.TextDecoder().decode(bytes));
      }),
    );
    assert.throws(() => new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff])), TypeError);
    assert.throws(() => new TextDecoder('latin1'), RangeError);
  });

  it('has base64 for texts', () => {
    assert.equal(atob(btoa('h\xe4llo')), 'h\xe4llo');
    assert.throws(() => btoa('€'), RangeError);
    assert.throws(() => atob('a'), RangeError);
  });

  it('handles paths as Node does', () => {
    const segments = fc.array(fc.constantFrom('a', 'b.txt', '..', '.', '', '.hidden', 'c.d.e'), { maxLength: 6 });
    fc.assert(
      fc.property(segments, fc.boolean(), (parts, absolute) => {
        const text = (absolute ? '/' : '') + parts.join('/');
        assert.deepEqual(
          [normalize(text), dirname(text), basename(text), extname(text), isAbsolute(text), join(...parts)],
          [
            ...[nodePath.normalize(text), nodePath.dirname(text), nodePath.basename(text), nodePath.extname(text)],
            ...[nodePath.isAbsolute(text), nodePath.join(...parts)],
          ],
        );
      }),
    );
    assert.equal(resolve('x', '../y'), '/app/y');
    assert.equal(relative('/a/b', '/a/c/d'), '../c/d');
    assert.deepEqual(parse('/a/b.txt'), nodePath.parse('/a/b.txt'));
    assert.equal(format({ dir: '/a', base: 'b' }), '/a/b');
  });

  it('has the addresses of the URL standard', () => {
    for (const [input, base] of [
      ['../b?x=1#h', 'https://e.com/a/c'],
      ['http://user:pw@host:81/p'],
      ['data:text/plain,x'],
    ]) {
      const [mine, theirs] = [new urls.URL(input, base), new URL(input!, base)];
      assert.equal(String(mine), theirs.href);
      assert.deepEqual([...mine.searchParams], [...theirs.searchParams]);
      assert.equal(Reflect.get(mine, 'hostname'), theirs.hostname);
    }
    assert.throws(() => new urls.URL('nowhere'), { code: 'ERR_INVALID_URL' });
    assert.equal(urls.URL.canParse('x:'), true);
    const url = new urls.URL('http://a.b/');
    url.searchParams.append('q', 'x y&z');
    Reflect.set(url, 'pathname', '/c d');
    assert.equal(url.toJSON(), 'http://a.b/c%20d?q=x+y%26z');
  });

  it('keeps search parameters as Node does', () => {
    const pairs = fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 5 });
    fc.assert(
      fc.property(pairs, (given) => {
        const [mine, theirs] = [new urls.URLSearchParams(given), new URLSearchParams(given)];
        assert.equal(mine.toString(), theirs.toString());
        assert.deepEqual([...new urls.URLSearchParams(theirs.toString())], [...new URLSearchParams(theirs.toString())]);
        const key = given[0]?.[0] ?? 'k';
        for (const params of [mine, theirs]) params.set(key, 'new');
        assert.equal(mine.toString(), theirs.toString());
        for (const params of [mine, theirs]) params.delete(key);
        assert.deepEqual([...mine], [...theirs]);
      }),
    );
  });

  it('has headers without regard to case', () => {
    const headers = new Headers({ 'Content-Type': 'a', X: '1' });
    headers.append('x', '2');
    assert.equal(headers.get('content-type'), 'a');
    assert.deepEqual(
      [...headers],
      [
        ['content-type', 'a'],
        ['x', '1, 2'],
      ],
    );
    assert.throws(() => headers.set('bad name', '1'), TypeError);
  });

  it('has random bytes of the host', () => {
    const crypto = createCrypto((count) => JSON.parse(performLocal(JSON.stringify(['random', count]))) as string);
    assert.match(crypto.randomUUID(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.notDeepEqual(crypto.getRandomValues(new Uint8Array(16)), crypto.getRandomValues(new Uint8Array(16)));
    assert.throws(() => crypto.getRandomValues(new Uint8Array(70_000)), RangeError);
  });

  it('answers nonsense with null', () => {
    for (const text of [
      '',
      '{',
      '["exec", "id"]',
      '["random", -1]',
      '["random", 1e9]',
      '["url", null]',
      '["url", {"input": "x"}]',
    ]) {
      assert.equal(performLocal(text), 'null');
    }
  });
});
