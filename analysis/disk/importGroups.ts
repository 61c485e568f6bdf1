import { KEPT, projectOf } from '../modules/project.ts';
import { type PathAlias, resolveModule, type SourceHost } from '../modules/resolve.ts';
import { groupBy } from './groupBy.ts';

/**
 * Parts the files into groups that are not connected by imports, so that no finding of one depends on another. Imported
 * files that are not among `paths` join their importers' group.
 */
export function importGroups(
  paths: readonly string[],
  importsOf: (path: string) => readonly string[] | undefined,
  host: SourceHost,
  aliases: readonly PathAlias[],
): string[][] {
  const leader = new Map<string, string>(paths.map((path) => [path, path]));
  const find = (path: string): string => {
    let at = path;
    for (let next = leader.get(at)!; next !== at; next = leader.get(at)!) {
      leader.set(at, leader.get(next)!);
      at = next;
    }
    return at;
  };
  // A map that grows while it is walked: imported files are looked at in their turn.
  for (const path of leader.keys()) {
    for (const name of importsOf(path) ?? []) {
      const imported = name === KEPT ? `${projectOf(path, host)}/${KEPT}` : resolveModule(name, path, host, aliases);
      if (imported === undefined || imported.endsWith('.json')) continue;
      if (!leader.has(imported)) leader.set(imported, imported);
      leader.set(find(path), find(imported));
    }
  }
  return [...groupBy(leader.keys(), find).values()];
}
