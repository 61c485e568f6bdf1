import assert from 'node:assert/strict';
import { toIsolateSource } from './transform.ts';

describe('source for an isolate', () => {
  it('erases types in place', () => {
    const source = 'const a: number = 1;\nexport type T = string;\nexport { a };';
    const erased = toIsolateSource(source, '/app/a.ts', true);
    assert.equal(erased.length, source.length);
    assert.match(erased, /^const a {8} = 1;\n/);
  });

  it('transforms what cannot be erased', () => {
    assert.match(toIsolateSource('enum Size { S = 3 }', '/app/a.ts', true), /Size\[Size\["S"\] = 3\] = "S"/);
  });

  it('turns import() and import.meta into calls of the runtime, not those in texts', () => {
    const source = 'const m = await import("./b.ts"); const u = import.meta.url; const s = "import(x)";';
    assert.equal(
      toIsolateSource(source, '/app/a.ts', false),
      'const m = await __apexImport("/app/a.ts", "./b.ts"); const u = __apexMeta("/app/a.ts").url; const s = "import(x)";',
    );
  });

  it('names the place of a type error that cannot be parsed', () => {
    assert.throws(() => toIsolateSource('let a = 1;\nconst b: number = ;', '/app/a.ts', true), {
      name: 'SyntaxError',
      stack: '/app/a.ts:2\nSyntaxError: Expression expected',
    });
  });

  it('leaves broken JavaScript to V8', () => {
    assert.equal(toIsolateSource('import( ;', '/app/a.js', false), 'import( ;');
  });

  it('takes types out of what comes after source that is nested too deeply for it', () => {
    const deep = `const a: number = ${'('.repeat(200_000)}1${')'.repeat(200_000)};`;
    for (let turn = 0; turn < 3; turn++) {
      assert.throws(() => toIsolateSource(deep, '/app/deep.ts', true), /SyntaxError: The source is nested too deeply/);
      assert.match(toIsolateSource('const b: number = 2;', '/app/b.ts', true), /^const b {8} = 2;/);
      assert.match(toIsolateSource('enum Size { S = 3 }', '/app/a.ts', true), /Size\[Size\["S"\] = 3\] = "S"/);
      assert.throws(() => toIsolateSource('const c: = 1;', '/app/c.ts', true), SyntaxError);
    }
  });
});
