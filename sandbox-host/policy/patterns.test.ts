import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { compilePattern, exactPattern } from './patterns.ts';

describe('patterns of a policy', () => {
  const cases: [pattern: string, matching: string[], others: string[]][] = [
    ['/app/data/*', ['/app/data/a', '/app/data/'], ['/app/data/a/b', '/app/data', 'x/app/data/a']],
    ['/app/**', ['/app/', '/app/a/b'], ['/app', '/apps/a']],
    ['/app/**/*.json', ['/app/a/b.json', '/app//.json'], ['/app/b.json', '/app/a/b.jsonx', '/app/a/b.json/c']],
    ['a?c', ['abc'], ['ac', 'a/c', 'abbc']],
    ['GET https://*.example.com/**', ['GET https://api.example.com/x/y'], ['GET https://evil.com/?.example.com/']],
    ['(a+)+$', ['(a+)+$'], ['aaa', 'a']],
    ['line*', ['line\nnext'], ['other\nline']],
    ['a\\*b\\?\\\\c', ['a*b?\\c'], ['axb?\\c', 'a*bx\\c']],
  ];
  for (const [pattern, matching, others] of cases) {
    it(pattern, () => {
      const matches = compilePattern(pattern);
      for (const text of matching) assert.ok(matches(text), text);
      for (const text of others) assert.ok(!matches(text), text);
    });
  }

  it('match what a regular expression of the same meaning matches', () => {
    const part = fc.constantFrom('a', 'b', '/', '*', '**', '?');
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 8 }),
        fc.string({ unit: fc.constantFrom('a', 'b', '/') }),
        (parts, text) => {
          const pattern = parts.join('');
          const source = pattern.replaceAll(/\*\*|\*|\?/g, (mark) =>
            mark === '**' ? '.*' : mark === '*' ? '[^/]*' : '[^/]',
          );
          const expected = pattern === '*' || new RegExp(`^${source}$`, 's').test(text);
          assert.equal(compilePattern(pattern)(text), expected, `${pattern} ${text}`);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('exactPattern matches its text alone', () => {
    for (const text of ['/app/**', 'a?b', 'c:\\x', '*', '\\*']) {
      assert.ok(compilePattern(exactPattern(text))(text), text);
      assert.ok(!compilePattern(exactPattern(text))(`${text}x`));
      assert.ok(
        !compilePattern(exactPattern(text))(text.replace(/[*?]/, 'z') === text ? '' : text.replace(/[*?]/, 'z')),
      );
    }
  });

  it('take no time that grows beyond the lengths', () => {
    // Of a backtracking matcher this would be 8000 to the power of six steps: it would not end.
    const matches = compilePattern('**a**a**a**a**a**a**b');
    assert.equal(matches('a'.repeat(8000)), false);
  });
});
