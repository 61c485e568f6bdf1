import type { CallTree } from '../../protocol/costs.ts';

export type CallRow = CallTree['nodes'][number] & { depth: number; open: boolean; leaf: boolean };

/** Of a tree the rows that are seen: the roots, and what the open ones called. */
export function seenRows({ nodes }: CallTree, open: ReadonlySet<number>): CallRow[] {
  const depths: number[] = [];
  const seen: boolean[] = [];
  const rows: CallRow[] = [];
  nodes.forEach((node, index) => {
    const { parent } = node;
    depths.push(parent === undefined ? 0 : depths[parent]! + 1);
    seen.push(parent === undefined || (seen[parent]! && open.has(parent)));
    if (!seen[index]) return;
    const leaf = nodes[index + 1]?.parent !== index;
    rows.push({ ...node, depth: depths[index]!, open: open.has(index), leaf });
  });
  return rows;
}

/** As the table names it; where many functions are one row, it has no steps of its own to tell. */
export function rowTexts({ name, recursive, folded, self }: CallRow): { name: string; own: string } {
  return { name: recursive ? `${name} (recursive)` : name, own: folded ? '' : self.toLocaleString('en-US') };
}

/** What is open at first: from each root down the most expensive path, as long as one call has most of it. */
export function openAtFirst({ nodes }: CallTree): Set<number> {
  const open = new Set<number>();
  nodes.forEach(({ parent, total }, index) => {
    if (parent === undefined) {
      if (index === 0) open.add(index);
    } else if (open.has(parent) && total >= nodes[parent]!.total / 2) open.add(index);
  });
  return open;
}

/** The last parts of a path: a table has no room for more. */
export function shortPath(file: string): string {
  return file.split(/[\\/]/).slice(-2).join('/');
}
