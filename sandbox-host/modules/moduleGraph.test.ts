import assert from 'node:assert/strict';
import { findCycles, ModuleGraph } from './moduleGraph.ts';

const graph = (text: Record<string, string>) =>
  new Map(Object.entries(text).map(([url, imports]) => [url, imports.split(' ').filter(Boolean)]));
const module = (url: string, source = url) => ({ kind: 'esm' as const, url, source, typescript: false });

describe('the module graph', () => {
  it('names circles in the order of their imports', () => {
    assert.deepEqual(findCycles(graph({ a: 'b', b: 'c', c: 'a d', d: '' })), [['a', 'b', 'c']]);
    assert.deepEqual(findCycles(graph({ a: 'b c', b: 'a', c: 'd', d: 'c', e: 'e' })), [['c', 'd'], ['a', 'b'], ['e']]);
    assert.deepEqual(findCycles(graph({ a: 'b c', b: 'c', c: '' })), []);
  });

  it('knows who imports what, and puts what is imported first', () => {
    const modules = new ModuleGraph();
    modules.loaded(module('main'), '');
    modules.loaded(module('cart'), 'main');
    modules.loaded({ kind: 'builtin', url: 'apex' }, 'cart');
    modules.loaded(module('price'), 'cart');
    modules.loaded(module('price'), 'main');
    assert.deepEqual(modules.inOrder(), ['price', 'cart', 'main']);
    assert.equal(modules.replaced(module('price', 'new'), []), 2);
    const info = modules.info();
    assert.deepEqual(
      info.modules.map(({ url, version, imports }) => [url, version, ...imports]),
      [
        ['main', 1, 'cart', 'price'],
        ['cart', 1, 'apex', 'price'],
        ['apex', 1],
        ['price', 2],
      ],
    );
    assert.deepEqual(info.cycles, []);
  });
});
