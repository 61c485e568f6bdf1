import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Finding } from '../report/finding.ts';

/** What is kept of a file by the hash of its text. */
export interface FileFacts {
  lines: number;
  /** Names of the modules it imports. */
  imports: string[];
}

/** What is kept of files that import each other, by the hash of all of them. */
export interface GroupResult {
  findings: Finding[];
  /** Files that were analysed; the others could not be parsed. */
  analyzed: string[];
}

interface Content {
  stamp: string;
  files: Record<string, FileFacts>;
  groups: Record<string, GroupResult>;
}

const DAYS_KEPT = 30;

/**
 * The results of earlier scans of the same roots, in one file of the cache folder. It holds what the last scan used and
 * nothing else; a file that cannot be read, or that another version wrote, counts as empty.
 */
export class ScanCache {
  private readonly file: string;
  private readonly old: Content;
  private readonly used: Content;

  /** @param identity what decides the results besides the texts: roots, options, models */
  constructor(folder: string, identity: string) {
    this.file = join(folder, `scan-${digest(identity).slice(0, 24)}.json`);
    const stamp = digest(`${identity}\n${engineStamp()}`);
    this.old = read(this.file, stamp) ?? { stamp, files: {}, groups: {} };
    this.used = { stamp, files: {}, groups: {} };
  }

  /** Facts of a text, worked out by `compute` when they are not known. */
  facts(hash: string, compute: () => FileFacts): FileFacts {
    const known = this.used.files[hash] ?? this.old.files[hash] ?? compute();
    this.used.files[hash] = known;
    return known;
  }

  group(key: string): GroupResult | undefined {
    const known = this.old.groups[key];
    if (known) this.used.groups[key] = known;
    return known;
  }

  keep(key: string, result: GroupResult): void {
    this.used.groups[key] = result;
  }

  /** Writes what this scan used. A cache that cannot be written is no reason for a scan to fail: false. */
  save(): boolean {
    const folder = dirname(this.file);
    const draft = `${this.file}.${process.pid}`;
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(draft, JSON.stringify(this.used), { mode: 0o600 });
      renameSync(draft, this.file);
      removeOld(folder);
      return true;
    } catch {
      rmSync(draft, { force: true });
      return false;
    }
  }
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function read(file: string, stamp: string): Content | undefined {
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as Content;
    return content.stamp === stamp ? content : undefined;
  } catch {
    return undefined;
  }
}

/** Names this build of the engine: sizes and times of its own files. */
function engineStamp(): string {
  const here = import.meta.dirname;
  const isSource = basename(here) === 'disk';
  const home = isSource ? dirname(here) : here;
  const names = readdirSync(home, { recursive: isSource, encoding: 'utf8' }).filter((name) =>
    /\.[cm]?[jt]s$/.test(name),
  );
  return names
    .sort()
    .map((name) => {
      const { size, mtimeMs } = statSync(join(home, name));
      return `${name} ${size} ${mtimeMs}`;
    })
    .join('\n');
}

function removeOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!/^scan-[\w-]+\.json/.test(name)) continue;
    const path = join(folder, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > DAYS_KEPT * 86_400_000) rmSync(path, { force: true });
  }
}
