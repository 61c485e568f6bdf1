import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type IsolatedVM from 'isolated-vm';
import { distFolder } from '../../runtime/programs.ts';

/** isolated-vm for this platform: the copy in dist/ when there is one, else the one npm installed. */
export function loadIsolatedVm(): typeof IsolatedVM {
  const require = createRequire(import.meta.url);
  const copied = join(distFolder(), 'native', 'isolated-vm', 'isolated-vm.cjs');
  return require(existsSync(copied) ? copied : 'isolated-vm') as typeof IsolatedVM;
}
