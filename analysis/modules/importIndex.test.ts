import assert from 'node:assert/strict';
import { ImportIndex } from './importIndex.ts';

describe('the import index', () => {
  const texts: Record<string, string> = {
    '/a.ts': "import { b } from './b';",
    '/b.ts': "export * from '@lib/c';",
    '/lib/c.ts': 'export const c = 1;',
    '/d.js': "const later = () => require('./a');",
    '/e.js': "// require('./b')\nconst text = \"require('./b')\";",
  };
  const host = { readText: (path: string) => texts[path], isFile: (path: string) => path in texts };
  const aliases = [{ prefix: '@lib/', target: '/lib/' }];
  const index = new ImportIndex();
  for (const [path, text] of Object.entries(texts)) index.add(path, text);

  it('gives importers of all depths, nearest first', () => {
    assert.deepEqual(index.importersOf(['/lib/c.ts'], 10, host, aliases), ['/b.ts', '/a.ts', '/d.js']);
  });

  it('stops at its limit, and forgets', () => {
    assert.deepEqual(index.importersOf(['/lib/c.ts'], 1, host, aliases), ['/b.ts']);
    index.forget('/b.ts');
    assert.deepEqual(index.importersOf(['/lib/c.ts'], 10, host, aliases), []);
  });
});
