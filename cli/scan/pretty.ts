import { styleText } from 'node:util';
import type { Finding, Severity } from '../../analysis/report/finding.ts';
import { securityScore } from '../../analysis/report/score.ts';

const colors = { critical: 'red', high: 'red', medium: 'yellow', low: 'cyan' } as const;

export interface PrettyInput {
  findings: readonly Finding[];
  files: number;
  lines: number;
  skipped: readonly { path: string; reason: string }[];
  relative(path: string): string;
}

/** Findings for people: by file, each with its path, then a summary. */
export function prettyFindings({ findings, files, lines, skipped, relative }: PrettyInput): string {
  const out: string[] = [];
  let path = '';
  for (const finding of findings) {
    if (finding.path !== path) {
      path = finding.path;
      out.push(`\n${styleText('underline', relative(path))}\n`);
    }
    const place = `${finding.start.line + 1}:${finding.start.column + 1}`;
    const severity = styleText(colors[finding.severity], finding.severity);
    out.push(`  ${place.padEnd(8)} ${severity} ${finding.message} ${styleText('dim', finding.rule)}\n`);
    for (const step of finding.steps) {
      const file = step.path === finding.path ? '' : `${relative(step.path)}:`;
      out.push(styleText('dim', `           ${file}${step.start.line + 1}:${step.start.column + 1} ${step.note}\n`));
    }
  }
  for (const { path: file, reason } of skipped) out.push(styleText('dim', `skipped ${relative(file)}: ${reason}\n`));
  out.push(`\n${summary(findings, files, lines)}\n`);
  return out.join('');
}

function summary(findings: readonly Finding[], files: number, lines: number): string {
  const size = `${files} ${files === 1 ? 'file' : 'files'}, ${lines} lines`;
  const score = `security score ${securityScore(findings, lines)} of 100`;
  if (findings.length === 0) return `No findings in ${size}; ${score}.`;
  const counts = (['critical', 'high', 'medium', 'low'] as const satisfies readonly Severity[])
    .map((severity) => [severity, findings.filter((finding) => finding.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}`);
  const word = findings.length === 1 ? 'finding' : 'findings';
  return `${findings.length} ${word} (${counts.join(', ')}) in ${size}; ${score}.`;
}
