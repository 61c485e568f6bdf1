// Puts isolated-vm for one platform beside the built programs: one native file and four lines that load it.
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './setup.mjs';

/** The ABI of Node 24, the only Node that sandbox workers run on. */
const ABI = 137;

/** VS Code's name of this platform: `linux-x64`, `alpine-arm64`, `darwin-arm64`, `win32-x64`. */
export function currentTarget() {
  const musl = process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime;
  return `${musl ? 'alpine' : process.platform}-${process.arch}`;
}

/** Fills `folder` for `target`; leaves nothing there when isolated-vm has no build for it, and the host then says so. */
export function copyIsolatedVm(folder, target) {
  const [system, arch] = target.split('-');
  const platform = system === 'alpine' ? 'linux' : system;
  const libc = { alpine: '.musl', linux: '.glibc' }[system] ?? '';
  const source = join(
    ROOT,
    'node_modules/isolated-vm/prebuilds',
    `${platform}-${arch}`,
    `isolated-vm.abi${ABI}${libc}.node`,
  );
  rmSync(folder, { recursive: true, force: true });
  if (!existsSync(source)) return false;
  mkdirSync(folder, { recursive: true });
  copyFileSync(source, join(folder, 'isolated-vm.node'));
  copyFileSync(join(ROOT, 'node_modules/isolated-vm/LICENSE'), join(folder, 'LICENSE'));
  writeFileSync(join(folder, 'isolated-vm.cjs'), "module.exports = require('./isolated-vm.node').ivm;\n");
  return true;
}
