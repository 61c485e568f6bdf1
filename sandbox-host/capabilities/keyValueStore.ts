import { CapabilityError } from './capabilityError.ts';

const MAX_BYTES = 16 << 20;

/** A small store of texts that sandboxes with the same label share and that outlives each of them. */
export class KeyValueStore {
  readonly #values = new Map<string, string>();
  #bytes = 0;

  get(key: string): string | null {
    return this.#values.get(key) ?? null;
  }

  /** @throws CapabilityError `ENOSPC` */
  set(key: string, value: string): void {
    const bytes = this.#bytes - (this.#values.get(key)?.length ?? 0) + value.length;
    if (bytes > MAX_BYTES) throw new CapabilityError('ENOSPC', `The store holds at most ${MAX_BYTES >> 20} MiB.`);
    this.#bytes = bytes;
    this.#values.set(key, value);
  }

  delete(key: string): boolean {
    this.#bytes -= this.#values.get(key)?.length ?? 0;
    return this.#values.delete(key);
  }

  keys(): string[] {
    return [...this.#values.keys()];
  }
}
