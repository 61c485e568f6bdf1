/** Which file imports which, both ways. */
export class ImportGraph {
  private readonly imports = new Map<string, Set<string>>();
  private readonly importers = new Map<string, Set<string>>();

  add(from: string, to: string): void {
    put(this.imports, from, to);
    put(this.importers, to, from);
  }

  /** Forgets what a file imports; who imports it stays. */
  forget(path: string): void {
    for (const imported of this.imports.get(path) ?? []) this.importers.get(imported)?.delete(path);
    this.imports.delete(path);
  }

  /** Every other file that imports the file, directly or not; nearest first. */
  dependants(path: string): Set<string> {
    const found = new Set([path]);
    for (const current of found) for (const importer of this.importers.get(current) ?? []) found.add(importer);
    found.delete(path);
    return found;
  }
}

function put(map: Map<string, Set<string>>, key: string, value: string): void {
  const known = map.get(key);
  if (known) known.add(value);
  else map.set(key, new Set([value]));
}
