import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

let packaged: string | undefined;

/** Path of the `.vsix` for this platform, packaged once per test run. */
export function packagedExtension(): string {
  if (packaged) return packaged;
  const vsix = join(ROOT, 'out/apex.vsix');
  mkdirSync(join(ROOT, 'out'), { recursive: true });
  const script = join(ROOT, 'scripts/package.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, '--out', vsix], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`Packaging failed:\n${stderr}`);
  packaged = vsix;
  return vsix;
}
