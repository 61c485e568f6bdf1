import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Whether `program` is on PATH; on Debian as root its package is installed first when it is missing. */
export function installOnDebian(packageName: string, program: string): boolean {
  const present = () => (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
  if (!present() && process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    process.stderr.write(`apex: installing ${packageName} through apt ...\n`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const apt = (...args: string[]) => spawnSync('apt-get', args, { stdio: ['ignore', 2, 2], env });
    apt('update', '-qq');
    apt('install', '-y', '-qq', '--no-install-recommends', packageName);
  }
  return present();
}
