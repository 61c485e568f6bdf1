import assert from 'node:assert/strict';
import type { CallTree } from '../../protocol/costs.ts';
import { openAtFirst, rowTexts, seenRows, shortPath } from './costRows.ts';

describe('rows of a call tree', () => {
  const node = (id: number, name: string, total: number, parent?: number): CallTree['nodes'][number] => ({
    ...{ id, name, total, self: 1, calls: 1, first: '1', longest: { statements: 1, point: '1' } },
    ...{ file: 'a.js', line: 1, column: 1, ...(parent !== undefined && { parent }) },
  });
  const tree: CallTree = {
    ...{ from: '1', to: '100', statements: 100 },
    nodes: [
      node(0, 'main', 90),
      node(1, 'work', 60, 0),
      node(2, 'add', 40, 1),
      node(3, 'log', 20, 0),
      node(4, 'later', 10),
    ],
  };
  const drawn = (open: Iterable<number>) =>
    seenRows(tree, new Set(open)).map(({ name, depth, open: isOpen, leaf }) => {
      return `${' '.repeat(depth)}${leaf ? '·' : isOpen ? '-' : '+'}${name}`;
    });

  it('are the roots and what open ones called', () => {
    assert.deepEqual(drawn([]), ['+main', '·later']);
    assert.deepEqual(drawn([0]), ['-main', ' +work', ' ·log', '·later']);
    assert.deepEqual(drawn([1]), ['+main', '·later'], 'below what is closed nothing is seen');
    assert.deepEqual(drawn([0, 1]), ['-main', ' -work', '  ·add', ' ·log', '·later']);
  });

  it('are open down the most expensive path at first', () => {
    assert.deepEqual(drawn(openAtFirst(tree)), ['-main', ' -work', '  ·add', ' ·log', '·later']);
  });

  it('say where recursion is, and tell no own steps of what is folded', () => {
    const [main, folded] = seenRows(
      {
        ...tree,
        nodes: [
          { ...node(0, 'main', 90), recursive: true },
          { ...node(1, '(deeper calls, folded)', 60, 0), self: 60, folded: true },
        ],
      },
      new Set([0]),
    );
    assert.deepEqual(rowTexts(main!), { name: 'main (recursive)', own: '1' });
    assert.deepEqual(rowTexts(folded!), { name: '(deeper calls, folded)', own: '' });
  });

  it('name files shortly', () => {
    assert.equal(shortPath('/a/b/src/cart.ts'), 'src/cart.ts');
    assert.equal(shortPath('C:\\a\\src\\cart.ts'), 'src/cart.ts');
  });
});
