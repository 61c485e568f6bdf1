import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findPinnedNode } from '../../runtime/findNode.ts';

/** The pinned Node and the others that can record, where they are installed. */
export function findNodes(): string[] {
  const others = ['node-22', 'node-26'].map((name) =>
    join(import.meta.dirname, 'nodes/node_modules', name, 'bin/node'),
  );
  return [findPinnedNode().path, ...others.filter((path) => existsSync(path))];
}
