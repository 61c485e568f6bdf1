import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver/node';
import type { Finding, Location, Severity } from '../analysis/report/finding.ts';
import type { DiagnosticData } from '../protocol/analysis.ts';

const levels: Record<Severity, DiagnosticSeverity> = {
  critical: DiagnosticSeverity.Error,
  high: DiagnosticSeverity.Error,
  medium: DiagnosticSeverity.Warning,
  low: DiagnosticSeverity.Information,
};

export function toRange(location: Location): Diagnostic['range'] {
  const position = ({ line, column }: Location['start']) => ({ line, character: column });
  return { start: position(location.start), end: position(location.end) };
}

/** A finding as a diagnostic: each step of its path is related information, and data for the path view. */
export function toDiagnostic(
  finding: Finding,
  uriOf: (path: string) => string,
  rulePage: (rule: string) => string,
): Diagnostic {
  const data: DiagnosticData = {
    rule: finding.rule,
    steps: finding.steps.map(({ path, start, note }) => ({
      uri: uriOf(path),
      line: start.line,
      column: start.column,
      note,
    })),
  };
  return {
    range: toRange(finding),
    severity: levels[finding.severity],
    code: finding.rule,
    codeDescription: { href: rulePage(finding.rule) },
    source: 'apex',
    message: finding.message,
    data,
    ...(finding.steps.length > 0 && {
      relatedInformation: finding.steps.map((step) => ({
        location: { uri: uriOf(step.path), range: toRange(step) },
        message: step.note,
      })),
    }),
  };
}
