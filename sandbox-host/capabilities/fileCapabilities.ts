import { constants, promises as fs, type Stats } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import * as z from 'zod';
import type { Operation } from '../../protocol/policy.ts';
import { isInside, toGuestName, toHostPath } from '../modules/guestFiles.ts';
import { type CapabilityContext, capability } from './capability.ts';
import { CapabilityError } from './capabilityError.ts';

const MAX_BYTES = 32 << 20;
const path = z.string().min(1).max(4096);

/** Files under the program's folder, `/app/` to the guest. A link that leads out of it is no way out. */
export const fileCapabilities = {
  'fs.readFile': capability(z.object({ path }), async ({ path }, context) => {
    const host = await permitted(path, 'fs.read', context);
    return quietly(path, async () => {
      const file = await fs.open(host, constants.O_RDONLY | constants.O_NOFOLLOW);
      try {
        const { size } = await file.stat();
        if (size > MAX_BYTES) throw new CapabilityError('EFBIG', `${path} is larger than ${MAX_BYTES >> 20} MiB.`);
        return { base64: (await file.readFile()).toString('base64') };
      } finally {
        await file.close();
      }
    });
  }),
  'fs.writeFile': capability(
    z.object({ path, base64: z.base64().max(MAX_BYTES * 2), append: z.boolean() }),
    async ({ path, base64, append }, context) => {
      const host = await permitted(path, 'fs.write', context);
      const { O_WRONLY, O_CREAT, O_NOFOLLOW, O_APPEND, O_TRUNC } = constants;
      return quietly(path, async () => {
        const file = await fs.open(host, O_WRONLY | O_CREAT | O_NOFOLLOW | (append ? O_APPEND : O_TRUNC), 0o644);
        await file.writeFile(Buffer.from(base64, 'base64')).finally(() => file.close());
      });
    },
  ),
  'fs.readdir': capability(z.object({ path }), async ({ path }, context) => {
    const host = await permitted(path, 'fs.read', context);
    return quietly(path, async () => (await fs.readdir(host)).sort());
  }),
  'fs.stat': capability(z.object({ path }), async ({ path }, context) => {
    const host = await permitted(path, 'fs.read', context);
    return quietly(path, async () => describeStats(await fs.lstat(host)));
  }),
  'fs.mkdir': capability(z.object({ path, recursive: z.boolean() }), async ({ path, recursive }, context) => {
    const host = await permitted(path, 'fs.write', context);
    return quietly(path, async () => void (await fs.mkdir(host, { recursive })));
  }),
  'fs.rm': capability(
    z.object({ path, recursive: z.boolean(), force: z.boolean() }),
    async ({ path, recursive, force }, context) => {
      const host = await permitted(path, 'fs.write', context);
      if (host === context.files.root) throw new CapabilityError('EACCES', 'The program’s own folder stays.');
      return quietly(path, () => fs.rm(host, { recursive, force }));
    },
  ),
};

/** The file behind a guest's path, after the policy has allowed it. Every folder on the way is resolved to where it really is. */
async function permitted(guestPath: string, operation: Operation, context: CapabilityContext): Promise<string> {
  const name = posix.resolve('/app', guestPath);
  await context.permit(operation, name);
  const wanted = toHostPath(context.files.root, name === '/app' ? '/app/' : name);
  if (!wanted) throw new CapabilityError('EACCES', `${name} lies outside the program's folder.`);
  if (wanted === context.files.root || `${wanted}/` === context.files.root) return context.files.root;
  const folder = await realFolder(dirname(wanted));
  const real = join(folder, posix.basename(name));
  if (!isInside(context.files.root, real))
    throw new CapabilityError('EACCES', `${name} leads outside the program's folder.`);
  // A link inside the folder is another name for a file: the rules for its real name hold too.
  const realName = toGuestName(context.files.root, real);
  if (realName !== name) await context.permit(operation, realName);
  return real;
}

/** The real path of a folder that may not be there yet. */
async function realFolder(path: string): Promise<string> {
  try {
    return await fs.realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    return join(await realFolder(dirname(path)), posix.basename(path));
  }
}

/** Node's errors name paths of this machine: the guest hears the code and its own path. */
async function quietly<T>(guestPath: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof CapabilityError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'EIO';
    throw new CapabilityError(code, `${code}: ${guestPath}`);
  }
}

function describeStats(stats: Stats) {
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : stats.isSymbolicLink() ? 'link' : 'other';
  return { kind, size: stats.size, modifiedMs: Math.round(stats.mtimeMs) };
}
