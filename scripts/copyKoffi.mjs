// Puts koffi's prebuilt addon beside the programs, so that a packaged Apex can copy replaying processes (Linux).
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './setup.mjs';

/** Gives false where npm has not installed the addon of that platform: replay then runs programs again instead. */
export function copyKoffi(folder, target) {
  const [system, arch] = target.split('-');
  const flavour = { alpine: 'musl', linux: 'linux' }[system];
  if (!flavour) return false;
  const source = join(ROOT, 'node_modules/@koromix', `koffi-linux-${arch}`, `${flavour}_${arch}`, 'koffi.node');
  if (!existsSync(source)) return false;
  mkdirSync(folder, { recursive: true });
  copyFileSync(source, join(folder, 'koffi.node'));
  copyFileSync(join(ROOT, 'node_modules/koffi/LICENSE.txt'), join(folder, 'LICENSE'));
  return true;
}
