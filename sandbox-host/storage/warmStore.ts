import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { BlobStore } from './blobStore.ts';

/** A store that can tell what has not been used for a while. */
export interface WarmStore extends BlobStore {
  /** Keys that nobody has read or written since `time` (milliseconds since the epoch), the oldest first. */
  unusedSince(time: number): string[];
  /** Milliseconds that a value still has; 0: for ever, or it is not there. */
  timeLeft(key: string): number;
}

/** Reads count as use once a minute: a write for each would cost more than what it tells. */
const USE_MS = 60_000;

/** Bytes in one SQLite file: several hosts may have it open; a crash leaves what was committed. */
export function openWarmStore(file: string, now: () => number = Date.now): WarmStore {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(file);
  chmodSync(file, 0o600);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000');
  db.exec(
    'CREATE TABLE IF NOT EXISTS blob (key TEXT PRIMARY KEY, bytes BLOB NOT NULL, until INTEGER, used INTEGER NOT NULL) WITHOUT ROWID',
  );
  db.exec('CREATE INDEX IF NOT EXISTS blob_used ON blob (used)');
  const read = db.prepare('SELECT bytes, used FROM blob WHERE key = ? AND (until IS NULL OR until > ?)');
  const touch = db.prepare('UPDATE blob SET used = ? WHERE key = ?');
  const write = db.prepare('INSERT OR REPLACE INTO blob (key, bytes, until, used) VALUES (?, ?, ?, ?)');
  const remove = db.prepare('DELETE FROM blob WHERE key = ? AND (until IS NULL OR until > ?)');
  const list = db.prepare(
    'SELECT key FROM blob WHERE substr(key, 1, length(?1)) = ?1 AND (until IS NULL OR until > ?2) ORDER BY key',
  );
  const end = db.prepare('SELECT until FROM blob WHERE key = ?');
  const old = db.prepare('SELECT key FROM blob WHERE used < ? AND until IS NULL ORDER BY used');
  db.prepare('DELETE FROM blob WHERE until <= ?').run(now());
  return {
    async get(key) {
      const row = read.get(key, now()) as { bytes: Uint8Array; used: number } | undefined;
      if (row && now() - row.used > USE_MS) touch.run(now(), key);
      return row && Buffer.from(row.bytes);
    },
    async put(key, bytes, ttlMs = 0) {
      write.run(key, bytes, ttlMs ? now() + ttlMs : null, now());
    },
    async delete(key) {
      return remove.run(key, now()).changes > 0;
    },
    async keys(prefix = '') {
      return list.all(prefix, now()).map((row) => String(row.key));
    },
    timeLeft(key) {
      const row = end.get(key) as { until: number | null } | undefined;
      return row?.until ? Math.max(1, row.until - now()) : 0;
    },
    unusedSince: (time) => old.all(time).map((row) => String(row.key)),
    close: () => db.close(),
  };
}
