import { createHash } from 'node:crypto';
import type { ModuleFinding, ModuleGraphInfo, ModuleInfo } from '../../protocol/sandboxModules.ts';
import type { LoadedModule } from '../bridge/modules.ts';

type Loaded = Exclude<LoadedModule, { kind: 'refused' }>;

/** The modules that one sandbox has loaded, and which imports which. */
export class ModuleGraph {
  readonly #modules = new Map<string, ModuleInfo>();

  /** A module was given to `referrer` ('' for the program itself). */
  loaded(module: Loaded, referrer: string, facts: { package?: string; findings?: ModuleFinding[] } = {}): void {
    const known = this.#modules.get(module.url);
    if (!known) this.#modules.set(module.url, { ...describe(module), ...facts, version: 1, imports: [] });
    const importer = this.#modules.get(referrer);
    if (importer && !importer.imports.includes(module.url)) importer.imports.push(module.url);
  }

  has(url: string): boolean {
    return this.#modules.has(url);
  }

  hashOf(url: string): string | undefined {
    return this.#modules.get(url)?.hash;
  }

  /** Names of all modules that have a text, those that others import first. */
  inOrder(): string[] {
    const order = new Set<string>();
    const seen = new Set<string>();
    const visit = (url: string) => {
      if (seen.has(url)) return;
      seen.add(url);
      for (const next of this.#modules.get(url)?.imports ?? []) visit(next);
      order.add(url);
    };
    for (const url of this.#modules.keys()) visit(url);
    return [...order].filter((url) => this.hashOf(url) !== undefined);
  }

  /** A new version is there; its imports are known from the loads that it caused. Gives its number. */
  replaced(module: Loaded, imports: readonly string[], findings?: ModuleFinding[]): number {
    const known = this.#modules.get(module.url);
    const version = (known?.version ?? 0) + 1;
    const facts = findings ? { findings } : {};
    this.#modules.set(module.url, { ...known, ...describe(module), ...facts, version, imports: [...imports] });
    return version;
  }

  importsOf(url: string): string[] {
    return [...(this.#modules.get(url)?.imports ?? [])];
  }

  setImports(url: string, imports: readonly string[]): void {
    const module = this.#modules.get(url);
    if (module) module.imports = [...imports];
  }

  info(): ModuleGraphInfo {
    const modules = [...this.#modules.values()].map((module) => structuredClone(module));
    return { modules, cycles: findCycles(new Map(modules.map(({ url, imports }) => [url, imports]))) };
  }
}

export function moduleHash(source: string): string {
  return createHash('sha256').update(source).digest('hex').slice(0, 16);
}

function describe(module: Loaded): Pick<ModuleInfo, 'url' | 'kind' | 'hash' | 'size'> {
  const { url, kind } = module;
  return kind === 'builtin'
    ? { url, kind }
    : { url, kind, hash: moduleHash(module.source), size: module.source.length };
}

/**
 * Circles of imports: for each group of modules that reach each other (Tarjan's strongly connected components) one shortest
 * circle through its first module.
 */
export function findCycles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const groups: string[][] = [];
  const visit = (url: string): void => {
    index.set(url, index.size);
    low.set(url, index.get(url)!);
    stack.push(url);
    for (const next of imports.get(url) ?? []) {
      if (!index.has(next)) {
        visit(next);
        low.set(url, Math.min(low.get(url)!, low.get(next)!));
      } else if (stack.includes(next)) low.set(url, Math.min(low.get(url)!, index.get(next)!));
    }
    if (low.get(url) !== index.get(url)) return;
    const group = stack.splice(stack.indexOf(url));
    if (group.length > 1 || imports.get(url)?.includes(url)) groups.push(group);
  };
  for (const url of imports.keys()) if (!index.has(url)) visit(url);
  return groups.map((group) => circleFrom(group[0]!, new Set(group), imports));
}

/** The shortest way from `start` back to itself inside `group`. */
function circleFrom(
  start: string,
  group: ReadonlySet<string>,
  imports: ReadonlyMap<string, readonly string[]>,
): string[] {
  const ways: string[][] = [[start]];
  const seen = new Set<string>();
  for (let way = ways.shift(); way; way = ways.shift()) {
    for (const next of imports.get(way.at(-1)!) ?? []) {
      if (next === start) return way;
      if (!group.has(next) || seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return [start];
}
