import type { Sink } from '../flow/machine.ts';
import type { Finding } from '../report/finding.ts';

/** Findings of one group within so many lines are shown as one range. */
const MERGED_LINES = 6;

interface Entry {
  finding: Finding;
  rank: number;
  /** Files whose analysis gave it: its place and its steps. */
  files: Set<string>;
}

/** What was found, once per place and rule; the better of two findings of one place is kept. */
export class FindingStore {
  private readonly byFile = new Map<string, Map<string, Entry>>();

  /** `group`: see `Sink.group`. */
  add(finding: Finding, group?: Sink['group']): void {
    const entries = this.entriesOf(finding.path);
    const alone = `${finding.rule}|${finding.from}`;
    const together = group && `${finding.rule}|g${group.node.pos}`;
    const near = together === undefined ? undefined : entries.get(together)?.finding;
    const far = near !== undefined && Math.abs(near.start.line - finding.start.line) > MERGED_LINES;
    const key = together === undefined || far ? alone : together;
    const known = entries.get(key);
    const rank = (finding.library ? 0 : 2) + (group?.strong ? 1 : 0);
    const files = new Set([finding.path, ...finding.steps.map((step) => step.path)]);
    if (known && group && !far) {
      const [first, last] = known.finding.from <= finding.from ? [known.finding, finding] : [finding, known.finding];
      // The assignments of one merge stand close together: they are one place.
      if (last.end.line - first.start.line <= MERGED_LINES) {
        const kept = known.rank >= rank ? known : { finding, rank };
        const { from, start } = first;
        const { to, end } = last.to >= first.to ? last : first;
        for (const file of known.files) files.add(file);
        entries.set(key, { finding: { ...kept.finding, from, start, to, end }, rank: kept.rank, files });
        return;
      }
    }
    if (known && known.rank >= rank) return;
    entries.set(key, { finding, rank, files });
  }

  /** Drops what a file's analysis gave, except in the files of `keep`. */
  drop(path: string, keep: ReadonlySet<string>): void {
    for (const [place, entries] of this.byFile) {
      if (place !== path && keep.has(place)) continue;
      for (const [key, entry] of entries) if (entry.files.has(path)) entries.delete(key);
    }
  }

  /** Findings whose place is in the file, in the order of the text. */
  in(path: string): Finding[] {
    return [...(this.byFile.get(path)?.values() ?? [])].map((entry) => entry.finding).sort(byPlace);
  }

  all(): Finding[] {
    return [...this.byFile.keys()].sort().flatMap((path) => this.in(path));
  }

  private entriesOf(path: string): Map<string, Entry> {
    const known = this.byFile.get(path);
    if (known) return known;
    const entries = new Map<string, Entry>();
    this.byFile.set(path, entries);
    return entries;
  }
}

function byPlace(left: Finding, right: Finding): number {
  return left.from - right.from || (left.rule < right.rule ? -1 : 1);
}
