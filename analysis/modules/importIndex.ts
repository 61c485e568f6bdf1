import { ts } from '../syntax/typescript.ts';
import { type PathAlias, resolveModule, type SourceHost } from './resolve.ts';
import { viewNames } from './views.ts';

/** Names of the modules that a text imports or requires anywhere, and of the templates it renders, each once. */
export function importedNames(text: string): string[] {
  const modules = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  return [...new Set([...modules, ...viewNames(text)])];
}

/** Which files import which, from their import statements alone: far cheaper than an analysis. */
export class ImportIndex {
  /** Names of modules by file. */
  private readonly specifiers = new Map<string, readonly string[]>();

  has(path: string): boolean {
    return this.specifiers.has(path);
  }

  add(path: string, text: string): void {
    this.specifiers.set(path, importedNames(text));
  }

  forget(path: string): void {
    this.specifiers.delete(path);
  }

  clear(): void {
    this.specifiers.clear();
  }

  /** Files that import one of `targets`, directly or not, nearest first, at most `limit`; the targets are left out. */
  importersOf(targets: readonly string[], limit: number, host: SourceHost, aliases: readonly PathAlias[]): string[] {
    const importers = new Map<string, string[]>();
    for (const [from, names] of this.specifiers) {
      for (const name of names) {
        const path = resolveModule(name, from, host, aliases);
        if (path !== undefined) importers.set(path, [...(importers.get(path) ?? []), from]);
      }
    }
    const found = new Set(targets);
    for (const path of found) {
      for (const importer of importers.get(path) ?? []) if (found.size < limit + targets.length) found.add(importer);
    }
    for (const target of targets) found.delete(target);
    return [...found];
  }
}
