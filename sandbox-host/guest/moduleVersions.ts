/** How a module's exported bindings are read and set, by exported name: made by the module itself, so it sees its own scope. */
export type Bindings = Record<string, [get: () => unknown, set: (value: unknown) => void]>;

/** `import.meta.hot`: what a module may say about being replaced, by the names that bundlers use. */
export interface Hot {
  /** Called when a newer version has taken over: the place to clear timers and listeners. */
  dispose(callback: () => void): void;
  /** Nothing to do here: every module can be replaced. */
  accept(): void;
}

export interface ModuleVersions {
  /** A module that has been evaluated says how its exports are set. */
  register(url: string, bindings: Bindings): void;
  hot(url: string): Hot;
  /** From here on new versions register; `commit` or `rollback` ends it. */
  begin(): void;
  /** Hands the newest values to every older version; gives the exports that are gone and the clean-ups that failed. */
  commit(urls: readonly string[]): { removed: string[]; problems: string[] };
  rollback(): void;
}

export function createModuleVersions(): ModuleVersions {
  let versions = new Map<string, Bindings[]>();
  let disposals = new Map<string, (() => void)[]>();
  let before: { versions: typeof versions; disposals: typeof disposals } | undefined;
  return {
    register(url, bindings) {
      versions.set(url, [...(versions.get(url) ?? []), bindings]);
    },
    hot: (url) => ({
      dispose(callback) {
        disposals.set(url, [...(disposals.get(url) ?? []), callback]);
      },
      accept() {},
    }),
    begin() {
      before = { versions: new Map(versions), disposals };
      disposals = new Map();
    },
    commit(urls) {
      const result = { removed: [] as string[], problems: [] as string[] };
      const old = before?.disposals ?? new Map<string, (() => void)[]>();
      before = undefined;
      for (const url of urls) {
        result.removed.push(...handOver(url, versions.get(url) ?? []));
        result.problems.push(...disposeAll(url, old.get(url) ?? []));
        old.delete(url);
      }
      // Modules that were not replaced keep what they asked for.
      for (const [url, callbacks] of old) disposals.set(url, [...callbacks, ...(disposals.get(url) ?? [])]);
      return result;
    },
    rollback() {
      if (!before) return;
      ({ versions, disposals } = before);
      before = undefined;
    },
  };
}

/** Sets the exports of every older version to those of the newest; gives the names that the newest does not have. */
function handOver(url: string, all: readonly Bindings[]): string[] {
  const newest = all.at(-1);
  if (!newest) return [];
  const removed = new Set<string>();
  for (const older of all.slice(0, -1)) {
    for (const [name, [, set]] of Object.entries(older)) {
      if (Object.hasOwn(newest, name)) set(newest[name]![0]());
      else removed.add(`${url}: ${name}`);
    }
  }
  return [...removed];
}

function disposeAll(url: string, callbacks: readonly (() => void)[]): string[] {
  return callbacks.flatMap((callback) => {
    try {
      callback();
      return [];
    } catch (error) {
      return [`${url}: clean-up failed: ${error instanceof Error ? error.message : String(error)}`];
    }
  });
}
