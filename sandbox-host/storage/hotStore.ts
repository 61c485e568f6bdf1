import type { BlobStore } from './blobStore.ts';

interface Held {
  bytes: Buffer;
  /** Milliseconds since the epoch; Infinity: never. */
  until: number;
}

/** Bytes in memory: at most `maxBytes`; what was not used for longest goes first, what is over its time is gone. */
export function openHotStore(maxBytes: number, now: () => number = Date.now): BlobStore {
  // A Map keeps the order of insertion: the first is the one that was used longest ago.
  const held = new Map<string, Held>();
  let size = 0;
  const remove = (key: string): boolean => {
    size -= held.get(key)?.bytes.length ?? 0;
    return held.delete(key);
  };
  const living = (key: string): Held | undefined => {
    const entry = held.get(key);
    if (entry && entry.until <= now()) remove(key);
    return held.get(key);
  };
  return {
    async get(key) {
      const entry = living(key);
      if (!entry) return undefined;
      held.delete(key);
      held.set(key, entry);
      return entry.bytes;
    },
    async put(key, bytes, ttlMs = 0) {
      remove(key);
      if (bytes.length > maxBytes) return;
      held.set(key, { bytes, until: ttlMs ? now() + ttlMs : Infinity });
      size += bytes.length;
      for (const oldest of held.keys()) {
        if (size <= maxBytes) break;
        remove(oldest);
      }
    },
    async delete(key) {
      return living(key) !== undefined && remove(key);
    },
    async keys(prefix = '') {
      return [...held.keys()].filter((key) => key.startsWith(prefix) && living(key)).sort();
    },
    close() {
      held.clear();
      size = 0;
    },
  };
}
