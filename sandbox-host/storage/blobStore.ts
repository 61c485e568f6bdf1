/**
 * Where bytes are kept by name. Everything is asynchronous, so that a store across a network can stand in the place of a local
 * one. Keys are short texts without control characters.
 */
export interface BlobStore {
  get(key: string): Promise<Buffer | undefined>;
  /** What was there is replaced, whole or not at all. @param ttlMs gone after that long; 0 or nothing: never */
  put(key: string, bytes: Buffer, ttlMs?: number): Promise<void>;
  /** True when there was something. */
  delete(key: string): Promise<boolean>;
  /** Keys that begin with `prefix`, sorted. */
  keys(prefix?: string): Promise<string[]>;
  close(): void;
}
