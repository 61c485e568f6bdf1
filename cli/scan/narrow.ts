import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import type { Finding } from '../../analysis/report/finding.ts';
import { ApexError } from '../../protocol/errors.ts';

/**
 * Fingerprints of an earlier report (SARIF or `--json`).
 * @throws ApexError `baseline-unreadable`
 */
export function readBaseline(file: string): Set<string> {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as {
      findings?: { fingerprint?: string }[];
      runs?: { results?: { partialFingerprints?: Record<string, string> }[] }[];
    };
    const plain = report.findings?.map((finding) => finding.fingerprint) ?? [];
    const sarif =
      report.runs?.flatMap(
        (run) => run.results?.map((result) => result.partialFingerprints?.['apexFinding/v1']) ?? [],
      ) ?? [];
    if (!report.findings && !report.runs) throw new Error('it is no report');
    return new Set([...plain, ...sarif].filter((print): print is string => print !== undefined));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ApexError(
      'baseline-unreadable',
      `The baseline ${file} cannot be used: ${reason}.`,
      'Make one with "apex scan --format sarif --output FILE".',
    );
  }
}

/**
 * Keeps the findings on lines that differ from a git revision (uncommitted changes and new files included).
 * @throws ApexError `diff-failed`
 */
export function onChangedLines(findings: readonly Finding[], revision: string, folder: string): Finding[] {
  const changed = changedLines(revision, folder);
  return findings.filter(({ path, start, end }) => {
    const lines = changed.get(path);
    return lines === 'all' || (lines?.some(([from, to]) => start.line + 1 <= to && end.line + 1 >= from) ?? false);
  });
}

type Lines = [number, number][] | 'all';

function changedLines(revision: string, folder: string): Map<string, Lines> {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] });
  const changed = new Map<string, Lines>();
  try {
    const top = git('rev-parse', '--show-toplevel').trim();
    let path = '';
    for (const line of git(
      'diff',
      '--unified=0',
      '--no-color',
      '--no-ext-diff',
      '--end-of-options',
      revision,
      '--',
    ).split('\n')) {
      if (line.startsWith('+++ b/')) path = posix.join(top, line.slice('+++ b/'.length));
      const hunk = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line);
      if (!hunk) continue;
      const count = hunk[2] === undefined ? 1 : Number(hunk[2]);
      const known = changed.get(path);
      if (count > 0 && known !== 'all')
        changed.set(path, [...(known ?? []), [Number(hunk[1]), Number(hunk[1]) + count - 1]]);
    }
    for (const file of git('ls-files', '--others', '--exclude-standard', '--full-name', top).split('\n')) {
      if (file) changed.set(posix.join(top, file), 'all');
    }
  } catch (error) {
    const message = (error as { stderr?: string }).stderr?.trim().split('\n')[0] ?? String(error);
    throw new ApexError(
      'diff-failed',
      `git cannot compare with ${revision}: ${message}.`,
      'Name a revision of the repository that holds the folder.',
    );
  }
  return changed;
}
