import assert from 'node:assert/strict';
import { globPattern, ignoreTest } from './globs.ts';

const matched = (glob: string, ...paths: string[]) => paths.filter((path) => globPattern(glob).test(path));

describe('globs', () => {
  it('match at any depth without a slash, and all that lies below', () => {
    assert.deepEqual(matched('dist', 'dist', 'a/dist/b.js', 'distant', 'a/dist.js'), ['dist', 'a/dist/b.js']);
    assert.deepEqual(matched('*.min.js', 'a.min.js', 'a/b/c.min.js', 'a.js'), ['a.min.js', 'a/b/c.min.js']);
  });

  it('match from the folder with a slash', () => {
    assert.deepEqual(matched('/src', 'src/a.js', 'a/src/b.js'), ['src/a.js']);
    assert.deepEqual(matched('src/*.js', 'src/a.js', 'src/b/c.js', 'a/src/b.js'), ['src/a.js']);
    assert.deepEqual(matched('./src/', 'src/a.js', 'a.js'), ['src/a.js']);
  });

  it('know ** over folders, ? and alternatives', () => {
    assert.deepEqual(matched('**/old/**', 'old/a.js', 'a/b/old/c/d.js', 'older/a.js'), ['old/a.js', 'a/b/old/c/d.js']);
    assert.deepEqual(matched('src/**/test', 'src/test/a.js', 'src/a/b/test', 'src/atest'), [
      'src/test/a.js',
      'src/a/b/test',
    ]);
    assert.deepEqual(matched('a?.{js,m{j,t}s}', 'ab.js', 'a/b.js', 'ac.mts', 'a.js', 'ab.ts'), ['ab.js', 'ac.mts']);
    assert.deepEqual(matched('{open', '{open', 'open'), ['{open']);
  });

  it('take later lines of an ignore file before earlier ones', () => {
    const ignored = ignoreTest('# made\n*.js\n!keep.js\n');
    assert.deepEqual(['a.js', 'b/keep.js', 'c.ts'].filter(ignored), ['a.js']);
  });

  it('end, whatever a hostile project writes', () => {
    const path = `${`${'a'.repeat(200)}/`.repeat(10)}c`;
    for (const glob of ['*a'.repeat(60), '**/*a'.repeat(40), '**a'.repeat(60), '{a,aa}'.repeat(40), '{'.repeat(500)])
      assert.equal(globPattern(`${glob}b`).test(path), false, glob.slice(0, 20));
  });
});
