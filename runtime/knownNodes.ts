import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { dataFolder } from './recordingsFolder.ts';

/** One path in a line: the Nodes with which this user has recorded. */
const listPath = (): string => join(dataFolder(), 'known-nodes');

/** Notes that the user has run this Node: recordings that name it may start it again. */
export function rememberNode(path: string): void {
  if (isRememberedNode(path)) return;
  try {
    mkdirSync(dirname(listPath()), { recursive: true, mode: 0o700 });
    writeFileSync(listPath(), `${path}\n`, { flag: 'a', mode: 0o600 });
  } catch {
    // A home that cannot be written: `--node` names it again.
  }
}

export function isRememberedNode(path: string): boolean {
  try {
    return readFileSync(listPath(), 'utf8').split('\n').includes(path);
  } catch {
    return false;
  }
}
