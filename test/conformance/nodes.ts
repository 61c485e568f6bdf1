import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findPinnedNode } from '../../runtime/findNode.ts';

const installed = (name: string) => join(import.meta.dirname, 'nodes/node_modules', name, 'bin/node');

/** The oldest Node on which the command line runs; undefined where it is not installed. */
export function findOldestNode(): string | undefined {
  return existsSync(installed('node-20')) ? installed('node-20') : undefined;
}

/** The pinned Node and the others that can record, where they are installed. */
export function findNodes(): string[] {
  const others = ['node-22', 'node-26'].map(installed);
  return [findPinnedNode().path, ...others.filter((path) => existsSync(path))];
}
