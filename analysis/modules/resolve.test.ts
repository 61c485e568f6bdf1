import assert from 'node:assert/strict';
import { resolveModule } from './resolve.ts';

const files = new Set([
  '/shop/package.json',
  '/shop/src/api/user.ts',
  '/shop/src/pages/list.tsx',
  '/shop/views/list.ejs',
  '/shop/views/partials/head.hbs',
  '/shop/views/partials/head.ejs',
]);
const host = { readText: () => undefined, isFile: (path: string) => files.has(path) };
const resolved = (name: string, from = '/shop/src/pages/list.tsx') => resolveModule(name, from, host);

describe('what a name in a file means', () => {
  it('is a file beside it, with or without extension, or as what it is compiled to', () => {
    assert.equal(resolved('../api/user'), '/shop/src/api/user.ts');
    assert.equal(resolved('../api/user.js'), '/shop/src/api/user.ts');
    assert.equal(resolved('express'), undefined);
  });

  it('begins at the sources of the package after @/ and ~/', () => {
    assert.equal(resolved('@/api/user'), '/shop/src/api/user.ts');
    assert.equal(resolved('~/src/api/user'), '/shop/src/api/user.ts');
    assert.equal(resolved('@/api/nobody'), undefined);
  });

  it('is for views a template of the folders above, of the same engine where a template asks', () => {
    assert.equal(resolved('view:list'), '/shop/views/list.ejs');
    assert.equal(resolved('view:partials/head', '/shop/views/other.hbs'), '/shop/views/partials/head.hbs');
    assert.equal(resolved('view:../../etc/passwd'), undefined);
  });
});
