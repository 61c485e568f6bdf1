import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * Whether `program` is on PATH or, when it is an absolute path, is there; on Debian as root its packages (divided by
 * spaces) are installed first when it is missing.
 */
export function installOnDebian(packages: string, program: string): boolean {
  const onPath = () => (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
  const present = () => (isAbsolute(program) ? existsSync(program) : onPath());
  if (!present() && process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    process.stderr.write(`apex: installing ${packages} through apt ...\n`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const apt = (...args: string[]) => spawnSync('apt-get', args, { stdio: ['ignore', 2, 2], env });
    apt('update', '-qq');
    apt('install', '-y', '-qq', '--no-install-recommends', ...packages.split(' '));
  }
  return present();
}
