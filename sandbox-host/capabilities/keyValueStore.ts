import * as z from 'zod';
import type { BlobStore } from '../storage/blobStore.ts';
import { CapabilityError } from './capabilityError.ts';

const MAX_BYTES = 16 << 20;
/** Characters of keys that are told at once. */
const MAX_LISTED = 1 << 20;
const SAVE_MS = 50;
const SWEEP_MS = 1000;
/** What an entry takes beside its texts. */
const ENTRY = 100;

interface Entry {
  value: string;
  /** Milliseconds since the epoch; without it for ever. */
  until?: number | undefined;
}

const storedSchema = z.array(z.tuple([z.string(), z.object({ value: z.string(), until: z.number().optional() })]));

/** A small store of texts that sandboxes with the same label share and that outlives each of them, and with a place the host too. */
export class KeyValueStore {
  readonly #entries = new Map<string, Entry>();
  #size = 0;
  #sweptAt = 0;
  #place: { store: BlobStore; key: string } | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** From now on it is kept under `key`; what was kept there and is not here is taken over. */
  async keep(store: BlobStore, key: string): Promise<void> {
    if (this.#place) return;
    this.#place = { store, key };
    const bytes = await store.get(key);
    for (const [name, entry] of bytes ? storedSchema.parse(JSON.parse(bytes.toString())) : []) {
      if (!this.#entries.has(name)) this.#put(name, entry);
    }
  }

  get(key: string): string | null {
    return this.#living(key)?.value ?? null;
  }

  /** @param ttlMs it is gone after that long; 0: never. @throws CapabilityError `ENOSPC` */
  set(key: string, value: string, ttlMs = 0): void {
    const size = sizeOf(key, value);
    if (this.#size + size > MAX_BYTES) this.#sweep();
    const old = this.#entries.get(key);
    if (this.#size - (old ? sizeOf(key, old.value) : 0) + size > MAX_BYTES) {
      throw new CapabilityError('ENOSPC', `The store holds at most ${MAX_BYTES >> 20} MiB.`);
    }
    this.#put(key, { value, ...(ttlMs && { until: Date.now() + ttlMs }) });
    this.#saveSoon();
  }

  delete(key: string): boolean {
    const there = this.#living(key) !== undefined && this.#remove(key);
    this.#saveSoon();
    return there;
  }

  /** @throws CapabilityError `E2BIG` when they are longer than what is told at once */
  keys(): string[] {
    const keys = [...this.#entries.keys()].filter((key) => this.#living(key));
    let length = 0;
    for (const key of keys) length += key.length;
    if (length <= MAX_LISTED) return keys;
    throw new CapabilityError(
      'E2BIG',
      `The keys have more than ${MAX_LISTED >> 20} Mi characters: ask for one of them.`,
    );
  }

  /** Writes what is not yet written. */
  flush(): void {
    if (!this.#timer || !this.#place) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // The database has it when the call returns; what follows is memory.
    void this.#place.store.put(this.#place.key, Buffer.from(JSON.stringify([...this.#entries])));
  }

  #saveSoon(): void {
    if (this.#place) this.#timer ??= setTimeout(() => this.flush(), SAVE_MS);
  }

  #living(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry?.until !== undefined && entry.until <= Date.now()) this.#remove(key);
    return this.#entries.get(key);
  }

  /** Takes out what is over; now and then only, because a program may go on writing to a full store. */
  #sweep(): void {
    const now = Date.now();
    if (now - this.#sweptAt < SWEEP_MS) return;
    this.#sweptAt = now;
    for (const key of [...this.#entries.keys()]) this.#living(key);
  }

  #put(key: string, entry: Entry): void {
    this.#remove(key);
    this.#entries.set(key, entry);
    this.#size += sizeOf(key, entry.value);
  }

  #remove(key: string): boolean {
    const old = this.#entries.get(key);
    if (old) this.#size -= sizeOf(key, old.value);
    return this.#entries.delete(key);
  }
}

function sizeOf(key: string, value: string): number {
  return ENTRY + key.length + value.length;
}
