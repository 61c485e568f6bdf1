import { createHash, randomBytes } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import * as z from 'zod';
import { ApexError } from '../../protocol/errors.ts';
import { type Snapshot, snapshotSchema } from '../../protocol/sandboxState.ts';
import { type StateDocument, stateDocumentSchema } from '../../protocol/stateDocument.ts';
import type { BlobStore } from '../storage/blobStore.ts';
import { joinDocuments, splitDocument } from './splitDocument.ts';

const manifestSchema = snapshotSchema.extend({ parts: z.array(z.string().regex(/^[0-9a-f]{64}$/)) });

/**
 * Snapshots of declared state: each part that nothing connects with another is stored once by the hash of its text, compressed;
 * a snapshot is the list of its parts. The list is written last, so a crash leaves a whole snapshot or none.
 */
export class Snapshots {
  readonly #store: BlobStore;

  constructor(store: BlobStore) {
    this.#store = store;
  }

  async take(of: { sandbox: string; label: string }, document: StateDocument, note?: string): Promise<Snapshot> {
    const parts: string[] = [];
    let size = 0;
    let stored = 0;
    for (const part of splitDocument(document)) {
      const text = JSON.stringify(part);
      const hash = createHash('sha256').update(text).digest('hex');
      parts.push(hash);
      size += Buffer.byteLength(text);
      if (await this.#store.get(partKey(hash))) continue;
      const bytes = zstdCompressSync(text);
      stored += bytes.length;
      await this.#store.put(partKey(hash), bytes);
    }
    const snapshot: Snapshot = {
      snapshot: `snap-${randomBytes(6).toString('hex')}`,
      ...of,
      takenAt: Date.now(),
      ...(note !== undefined && { note }),
      states: Object.keys(document.roots),
      size,
      stored,
    };
    await this.#store.put(`snapshot/${snapshot.snapshot}`, Buffer.from(JSON.stringify({ ...snapshot, parts })));
    return snapshot;
  }

  /** The newest first. */
  async list(label?: string): Promise<Snapshot[]> {
    const manifests = await Promise.all(
      (await this.#store.keys('snapshot/')).map((key) => this.#manifest(key.slice(9))),
    );
    return manifests
      .map(({ parts: _parts, ...snapshot }) => snapshot)
      .filter((snapshot) => label === undefined || snapshot.label === label)
      .sort((a, b) => b.takenAt - a.takenAt);
  }

  /** @throws ApexError `no-such-snapshot`, `snapshot-damaged` */
  async read(id: string): Promise<StateDocument> {
    const { parts } = await this.#manifest(id);
    return joinDocuments(await Promise.all(parts.map((hash) => this.#part(id, hash))));
  }

  /** Removes it, and the parts that no other snapshot uses. @throws ApexError `no-such-snapshot` */
  async forget(id: string): Promise<void> {
    const { parts } = await this.#manifest(id);
    await this.#store.delete(`snapshot/${id}`);
    const others = await Promise.all((await this.#store.keys('snapshot/')).map((key) => this.#manifest(key.slice(9))));
    const used = new Set(others.flatMap((other) => other.parts));
    for (const hash of parts) if (!used.has(hash)) await this.#store.delete(partKey(hash));
  }

  async #manifest(id: string) {
    const bytes = await this.#store.get(`snapshot/${id}`);
    if (bytes) return manifestSchema.parse(JSON.parse(bytes.toString()));
    throw new ApexError('no-such-snapshot', `There is no snapshot ${id}.`, 'See "apex sandbox snapshots".');
  }

  async #part(id: string, hash: string): Promise<StateDocument> {
    const bytes = await this.#store.get(partKey(hash));
    const text = bytes && zstdDecompressSync(bytes).toString();
    if (text === undefined || createHash('sha256').update(text).digest('hex') !== hash) {
      throw new ApexError('snapshot-damaged', `A part of ${id} is missing or was changed.`, 'Forget it; take another.');
    }
    return stateDocumentSchema.parse(JSON.parse(text));
  }
}

function partKey(hash: string): string {
  return `part/${hash}`;
}
