import * as z from 'zod';
import type { BlobStore } from '../storage/blobStore.ts';
import type { Endpoint } from './endpoint.ts';
import { type Change, keySteps, type Leaves, leafFromJson, leafSchema, leafToJson } from './leaves.ts';

const SAVE_MS = 50;
const storedSchema = z.array(z.tuple([z.string(), leafSchema]));

/** States that the host holds for its clients and for bridges, and keeps beyond its own life. */
export class HostStates {
  readonly #store: () => BlobStore;
  readonly #changed: (name: string, keys: string[]) => void;
  readonly #states = new Map<string, Leaves>();
  readonly #watchers = new Map<string, Set<(leaves: () => Leaves) => void>>();
  readonly #unsaved = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(store: () => BlobStore, changed: (name: string, keys: string[]) => void) {
    this.#store = store;
    this.#changed = changed;
  }

  async names(): Promise<string[]> {
    const stored = (await this.#store().keys('host-state/')).map((key) => key.slice('host-state/'.length));
    return [...new Set([...stored, ...this.#states.keys()])].sort();
  }

  /** The state as JSON; an empty object when nothing was written yet. */
  async read(name: string): Promise<z.core.util.JSONType> {
    const leaves = await this.#leaves(name);
    if (leaves.has('')) return leafToJson(leaves.get('')!) as z.core.util.JSONType;
    const root: Record<string, unknown> = Object.create(null);
    for (const [key, leaf] of leaves) {
      const steps = keySteps(key);
      let holder = root;
      for (const step of steps.slice(0, -1)) {
        holder[step] ??= Object.create(null);
        holder = holder[step] as Record<string, unknown>;
      }
      holder[steps.at(-1)!] = leafToJson(leaf);
    }
    return JSON.parse(JSON.stringify(root));
  }

  /** Replaces the state as a whole. */
  async write(name: string, value: z.core.util.JSONType): Promise<void> {
    const before = await this.#leaves(name);
    const after = new Map<string, Change['value'] & {}>();
    collect('', value, after);
    const gone = [...before.keys()].filter((key) => !after.has(key)).map((key) => ({ key }));
    await this.#apply(name, [...gone, ...[...after].map(([key, leaf]) => ({ key, value: leaf }))]);
  }

  endpoint(name: string): Endpoint {
    return {
      name: `host:${name}`,
      read: async () => new Map(await this.#leaves(name)),
      apply: (changes) => this.#apply(name, changes),
      watch: (changed) => {
        const watchers = this.#watchers.get(name) ?? new Set();
        this.#watchers.set(name, watchers.add(changed));
        return () => watchers.delete(changed);
      },
    };
  }

  /** Writes what is not yet written. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const name of this.#unsaved) {
      const bytes = Buffer.from(JSON.stringify([...this.#states.get(name)!]));
      // The database has it when the call returns; what follows is memory.
      void this.#store().put(`host-state/${name}`, bytes);
    }
    this.#unsaved.clear();
  }

  async #leaves(name: string): Promise<Leaves> {
    const known = this.#states.get(name);
    if (known) return known;
    const bytes = await this.#store().get(`host-state/${name}`);
    const leaves: Leaves = new Map(bytes ? storedSchema.parse(JSON.parse(bytes.toString())) : []);
    // Somebody else may have been faster.
    if (!this.#states.has(name)) this.#states.set(name, leaves);
    return this.#states.get(name)!;
  }

  async #apply(name: string, changes: readonly Change[]): Promise<void> {
    const leaves = await this.#leaves(name);
    for (const { key, value } of changes) {
      if (value === undefined) leaves.delete(key);
      else {
        leaves.set(key, value);
        dropAncestors(leaves, key);
      }
    }
    if (changes.length === 0) return;
    this.#unsaved.add(name);
    this.#timer ??= setTimeout(() => this.flush(), SAVE_MS);
    for (const watcher of this.#watchers.get(name) ?? []) watcher(() => new Map(leaves));
    this.#changed(
      name,
      changes.map(({ key }) => key),
    );
  }
}

function collect(key: string, value: z.core.util.JSONType, leaves: Map<string, Change['value'] & {}>): void {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isObject && key === '' && Object.keys(value).length === 0) return;
  if (!isObject || Object.keys(value).length === 0) {
    leaves.set(key, leafFromJson(value) as Change['value'] & {});
    return;
  }
  for (const [step, child] of Object.entries(value)) {
    const own = step.replaceAll('~', '~0').replaceAll('/', '~1');
    collect(key === '' ? own : `${key}/${own}`, child as z.core.util.JSONType, leaves);
  }
}

/** A value below a key makes it an object: what stood there as a whole is gone. */
function dropAncestors(leaves: Leaves, key: string): void {
  for (let at = key.lastIndexOf('/'); at > 0; at = key.lastIndexOf('/', at - 1)) leaves.delete(key.slice(0, at));
  if (key !== '') leaves.delete('');
}
