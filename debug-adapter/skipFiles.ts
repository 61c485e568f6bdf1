import { matchesGlob } from 'node:path';

/**
 * Whether stepping passes through a file: patterns as in `launch.json`, a later one that begins with `!` takes back.
 * Node's own files (`<node_internals>/**`) are never stepped through anyway.
 */
export function skipsBy(patterns: readonly string[]): (path: string) => boolean {
  const rules = patterns.map((pattern) => ({
    takesBack: pattern.startsWith('!'),
    glob: pattern.replace(/^!/, '').replaceAll('\\', '/'),
  }));
  const known = new Map<string, boolean>();
  return (path) => {
    let skipped = known.get(path);
    if (skipped === undefined) {
      const plain = path.replaceAll('\\', '/');
      skipped = false;
      for (const { takesBack, glob } of rules) if (matchesGlob(plain, glob)) skipped = !takesBack;
      known.set(path, skipped);
    }
    return skipped;
  };
}
