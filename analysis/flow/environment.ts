import { join, unknown, type Value } from '../values/value.ts';

export type Changes = ReadonlyMap<string, Value>;

/**
 * What is known of variables and access paths (`7` is the binding 7, `7.query.id` a path below it) at one point of the
 * program. A branch works on a layer of its own; joining branches touches only what they changed.
 */
export class Environment {
  /** Made with the first change: most layers have none. */
  private changed: Map<string, Value> | undefined;
  readonly parent: Environment | undefined;
  /** True where a function begins: its caller's layers lie below. */
  readonly functionStart: boolean;
  private hasPaths = false;

  constructor(parent?: Environment, functionStart = false) {
    this.parent = parent;
    this.functionStart = functionStart;
    this.hasPaths = parent?.hasPaths ?? false;
  }

  private get own(): Map<string, Value> {
    this.changed ??= new Map();
    return this.changed;
  }

  fork(): Environment {
    return new Environment(this);
  }

  get(key: string): Value | undefined {
    for (let layer: Environment | undefined = this; layer; layer = layer.parent) {
      const value = layer.changed?.get(key);
      if (value !== undefined) return value === forgotten ? undefined : value;
    }
    return undefined;
  }

  /** Sets a variable or path; what was known of paths below it is forgotten. */
  set(key: string, value: Value): void {
    if (this.hasPaths) this.forgetBelow(key);
    this.own.set(key, value);
    if (key.includes('.')) this.hasPaths = true;
  }

  /** Narrows what is known without an assignment, so paths below stay. */
  refine(key: string, value: Value): void {
    this.own.set(key, value);
    if (key.includes('.')) this.hasPaths = true;
  }

  /** Every key that is known here, innermost value first, up to the function's start. */
  *entries(): Generator<[string, Value]> {
    const seen = new Set<string>();
    for (let layer: Environment | undefined = this; layer; layer = layer.parent) {
      for (const [key, value] of layer.changed ?? none) {
        if (seen.has(key)) continue;
        seen.add(key);
        if (value !== forgotten) yield [key, value];
      }
      if (layer.functionStart) return;
    }
  }

  /** What changed since `base`, which must be this layer or one below it. */
  changesSince(base: Environment): Changes {
    const changes = new Map<string, Value>();
    for (let layer: Environment | undefined = this; layer && layer !== base; layer = layer.parent) {
      for (const [key, value] of layer.changed ?? none) if (!changes.has(key)) changes.set(key, value);
    }
    return changes;
  }

  /** Takes over one branch's changes: the others do not come back here. */
  absorb(changes: Changes): void {
    for (const [key, value] of changes) {
      this.own.set(key, value);
      if (key.includes('.')) this.hasPaths = true;
    }
  }

  /** Continues after branches that all come back here: each key is the join over all of them. */
  mergeBranches(branches: readonly Changes[]): void {
    if (branches.length === 1) return this.absorb(branches[0]!);
    const keys = new Set(branches.flatMap((branch) => [...branch.keys()]));
    for (const key of keys) {
      let merged: Value | undefined;
      let lost = false;
      for (const branch of branches) {
        const value = branch.get(key) ?? this.get(key);
        if (value === undefined || value === forgotten) lost = true;
        else merged = merged === undefined ? value : join(merged, value);
      }
      // A path that one branch forgot must be read from its object again.
      this.own.set(key, lost && key.includes('.') ? forgotten : (merged ?? unknown));
      if (key.includes('.')) this.hasPaths = true;
    }
  }

  private forgetBelow(key: string): void {
    const prefix = `${key}.`;
    for (let layer: Environment | undefined = this; layer; layer = layer.parent) {
      for (const known of (layer.changed ?? none).keys()) if (known.startsWith(prefix)) this.own.set(known, forgotten);
      if (layer.functionStart) return;
    }
  }
}

const none: ReadonlyMap<string, Value> = new Map();
const forgotten: Value = { taints: [] };
