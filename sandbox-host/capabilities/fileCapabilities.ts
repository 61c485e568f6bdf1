import { constants, promises as fs, type Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import * as z from 'zod';
import type { Operation } from '../../protocol/policy.ts';
import { isInside, toGuestName, toHostPath } from '../modules/guestFiles.ts';
import { type CapabilityContext, capability } from './capability.ts';
import { CapabilityError } from './capabilityError.ts';

const MAX_BYTES = 32 << 20;
const MAX_REMOVED = 10_000;
/** Characters of names that are told at once: some hundred thousand files. */
const MAX_LISTED = 4 << 20;
const path = z.string().min(1).max(4096);

/** Files under the program's folder, `/app/` to the guest. A link that leads out of it is no way out. */
export const fileCapabilities = {
  'fs.readFile': capability(z.object({ path }), async ({ path }, context) => {
    const host = await permitted(path, 'fs.read', context);
    return quietly(path, async () => {
      const file = await fs.open(host, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      try {
        const { size } = await regularFile(file, path);
        if (size > MAX_BYTES) throw new CapabilityError('EFBIG', `${path} is larger than ${MAX_BYTES >> 20} MiB.`);
        // Not more than it had when it was looked at: somebody may be writing to it.
        const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0);
        return { base64: buffer.toString('base64', 0, bytesRead) };
      } finally {
        await file.close();
      }
    });
  }),
  'fs.writeFile': capability(
    z.object({ path, base64: z.base64().max(MAX_BYTES * 2), append: z.boolean() }),
    async ({ path, base64, append }, context) => {
      const host = await permitted(path, 'fs.write', context);
      const { O_WRONLY, O_CREAT, O_NOFOLLOW, O_APPEND, O_NONBLOCK } = constants;
      return quietly(path, async () => {
        const flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | (append ? O_APPEND : 0);
        const file = await fs.open(host, flags, 0o644);
        try {
          await regularFile(file, path);
          if (!append) await file.truncate();
          await file.writeFile(Buffer.from(base64, 'base64'));
        } finally {
          await file.close();
        }
      });
    },
  ),
  'fs.readdir': capability(z.object({ path }), async ({ path }, context) => {
    const host = await permitted(path, 'fs.read', context);
    return quietly(path, async () => (await namesIn(await permittedFolder(host, context))).sort());
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
      if (recursive) await permitWithin(host, context);
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
  await permitSpelling(real, operation, context);
  if (operation === 'fs.write') refuseUntouchable(real, context);
  return real;
}

/** A program that could write the policy that holds it, or one for its next run, would be held by nothing. */
function refuseUntouchable(path: string, { files, untouchable }: CapabilityContext): void {
  const isPolicy = /\.policy\.json$/i.test(path) || untouchable().some((kept) => isInside(kept, path));
  if (!isPolicy) return;
  const name = toGuestName(files.root, path);
  throw new CapabilityError('EACCES', `EACCES: ${name} belongs to what holds this program: it is not changed by it.`);
}

/** A program that may write could make a list that fills the host. */
async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  let length = 0;
  for await (const { name } of await fs.opendir(folder, { bufferSize: 1000 })) {
    names.push(name);
    length += name.length;
    if (length > MAX_LISTED)
      throw new CapabilityError('E2BIG', `The names have more than ${MAX_LISTED >> 20} Mi characters.`);
  }
  return names;
}

/** A folder that is listed may be a link itself: what it leads to lies in the program's folder too, and the rules for it hold. */
async function permittedFolder(path: string, { files, permit }: CapabilityContext): Promise<string> {
  const real = await fs.realpath(path);
  if (real === path || real === files.root) return real;
  const name = toGuestName(files.root, path);
  if (!isInside(files.root, real)) throw new CapabilityError('EACCES', `${name} leads outside the program's folder.`);
  await permit('fs.read', toGuestName(files.root, real));
  return real;
}

/** Where a file system takes several spellings for one name (case, accents), the rules for the one that it keeps hold too. */
async function permitSpelling(path: string, operation: Operation, { files, permit }: CapabilityContext): Promise<void> {
  const kept = await fs.realpath(path).catch(() => path);
  if (kept === path || dirname(kept) !== dirname(path) || !isInside(files.root, kept)) return;
  if (kept.normalize().toLowerCase() === path.normalize().toLowerCase()) {
    await permit(operation, toGuestName(files.root, kept));
  }
}

/** A pipe, a device or a socket would hold a thread of the host until somebody at its other end moves. */
async function regularFile(file: FileHandle, path: string): Promise<Stats> {
  const stats = await file.stat();
  if (stats.isFile()) return stats;
  const code = stats.isDirectory() ? 'EISDIR' : 'EINVAL';
  throw new CapabilityError(code, `${code}: ${path} is no file.`);
}

/** Who removes a folder removes everything in it: the rules for each name hold. */
async function permitWithin(folder: string, context: CapabilityContext): Promise<void> {
  const { files, permit } = context;
  let seen = 0;
  const waiting = [folder];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const entries = await fs.readdir(at, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (++seen > MAX_REMOVED) throw new CapabilityError('E2BIG', `At most ${MAX_REMOVED} files are removed at once.`);
      const path = join(at, entry.name);
      await permit('fs.write', toGuestName(files.root, path));
      refuseUntouchable(path, context);
      if (entry.isDirectory()) waiting.push(path);
    }
  }
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
