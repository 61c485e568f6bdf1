import { createHash } from 'node:crypto';
import type { Finding } from './finding.ts';

/**
 * A name for each finding that survives edits elsewhere in the file: rule, path, the text of its lines without white
 * space, and a number where one text gives several.
 */
export function fingerprints(
  findings: readonly Finding[],
  textOf: (path: string) => string | undefined,
  relative: (path: string) => string,
): Map<Finding, string> {
  const counts = new Map<string, number>();
  const result = new Map<Finding, string>();
  for (const finding of findings) {
    const text = textOf(finding.path) ?? '';
    const lineStart = text.lastIndexOf('\n', finding.from - 1) + 1;
    const lineEnd = text.indexOf('\n', finding.from);
    const line = text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd).replace(/\s+/g, '');
    const key = createHash('sha256')
      .update(`${finding.rule}\n${relative(finding.path)}\n${line}`)
      .digest('hex')
      .slice(0, 20);
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    result.set(finding, `${key}:${count + 1}`);
  }
  return result;
}
