import { homedir } from 'node:os';
import { join } from 'node:path';
import type { BlobStore } from './blobStore.ts';
import { openColdStore } from './coldStore.ts';
import { openHotStore } from './hotStore.ts';
import { openWarmStore, type WarmStore } from './warmStore.ts';

const HOT_BYTES = 64 << 20;

export interface TieredStore extends BlobStore {
  /** Moves what nobody has used for `ms` from the database to the folder; gives how many. */
  coolDown(ms: number): Promise<number>;
}

/** Memory before a database before a folder: reads bring things up, `coolDown` brings them down. */
export function tiered(hot: BlobStore, warm: WarmStore, cold: BlobStore): TieredStore {
  let closed = false;
  return {
    async get(key) {
      const hottest = await hot.get(key);
      if (hottest) return hottest;
      const near = await warm.get(key);
      if (near) {
        await hot.put(key, near, warm.timeLeft(key));
        return near;
      }
      const far = await cold.get(key);
      if (far) await this.put(key, far);
      return far;
    },
    async put(key, bytes, ttlMs) {
      await warm.put(key, bytes, ttlMs);
      await hot.put(key, bytes, ttlMs);
    },
    async delete(key) {
      const found = [await hot.delete(key), await warm.delete(key), await cold.delete(key)];
      return found.includes(true);
    },
    async keys(prefix) {
      return [...new Set([...(await warm.keys(prefix)), ...(await cold.keys(prefix))])].sort();
    },
    async coolDown(ms) {
      const keys = warm.unusedSince(Date.now() - ms);
      for (const key of keys) {
        if (closed) break;
        const bytes = await warm.get(key);
        if (!bytes) continue;
        // In the folder before out of the database: a crash between the two leaves it in both.
        await cold.put(key, bytes);
        if (closed) break;
        await warm.delete(key);
        await hot.delete(key);
      }
      return keys.length;
    },
    close() {
      closed = true;
      for (const store of [hot, warm, cold]) store.close();
    },
  };
}

/** Where state outlives its host: `APEX_STATE_HOME`, else the user's state folder. */
export function stateHome(): string {
  if (process.env.APEX_STATE_HOME) return process.env.APEX_STATE_HOME;
  const state =
    process.platform === 'win32'
      ? (process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'))
      : (process.env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state'));
  return join(state, 'apex', 'sandbox-state');
}

export function openStateStore(folder = stateHome()): TieredStore {
  return tiered(
    openHotStore(HOT_BYTES),
    openWarmStore(join(folder, 'warm.sqlite')),
    openColdStore(join(folder, 'cold')),
  );
}
