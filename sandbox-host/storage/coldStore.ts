import { randomBytes } from 'node:crypto';
import { promises as fs, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BlobStore } from './blobStore.ts';

const SUFFIX = '.blob';

/** Bytes as files of one folder, each written beside its place, synced and moved there: a crash leaves the old or the new one. */
export function openColdStore(folder: string): BlobStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Names of files are made of few characters on every system; keys are not.
  const place = (key: string) => join(folder, Buffer.from(key).toString('hex') + SUFFIX);
  return {
    async get(key) {
      try {
        const file = await fs.readFile(place(key));
        const until = Number(file.readBigInt64LE(0));
        return until && until <= Date.now() ? undefined : file.subarray(8);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async put(key, bytes, ttlMs = 0) {
      const head = Buffer.alloc(8);
      head.writeBigInt64LE(BigInt(ttlMs ? Date.now() + ttlMs : 0));
      const draft = join(folder, `${randomBytes(8).toString('hex')}.draft`);
      const file = await fs.open(draft, 'wx', 0o600);
      try {
        await file.writev([head, bytes]);
        await file.sync();
      } finally {
        await file.close();
      }
      await fs.rename(draft, place(key));
    },
    async delete(key) {
      const there = (await this.get(key)) !== undefined;
      await fs.rm(place(key), { force: true });
      return there;
    },
    async keys(prefix = '') {
      const names = (await fs.readdir(folder)).filter((name) => name.endsWith(SUFFIX));
      const keys = names.map((name) => Buffer.from(name.slice(0, -SUFFIX.length), 'hex').toString());
      return keys.filter((key) => key.startsWith(prefix)).sort();
    },
    close() {},
  };
}
