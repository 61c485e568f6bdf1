import type { Rule } from '../rules/rule.ts';
import type { Finding, Location, Severity } from './finding.ts';
import { fingerprints } from './fingerprint.ts';

export interface SarifInput {
  findings: readonly Finding[];
  rules: readonly Rule[];
  version: string;
  /** Path shown for a file: relative to the scanned root, with `/`. */
  relative(path: string): string;
  textOf(path: string): string | undefined;
}

const levels: Record<Severity, 'error' | 'warning' | 'note'> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
};
/** GitHub's code scanning sorts by this number (0 to 10). */
const scores: Record<Severity, string> = { critical: '9.5', high: '8.0', medium: '5.5', low: '3.0' };

/** A SARIF 2.1.0 log with one run: rules with CWE tags, a code flow for each path, fingerprints for baselines. */
export function toSarif(input: SarifInput) {
  const index = new Map(input.rules.map((rule, position) => [rule.id, position]));
  const prints = fingerprints(input.findings, input.textOf, input.relative);
  const results = input.findings.map((finding) => {
    const result = {
      ruleId: finding.rule,
      ruleIndex: index.get(finding.rule) ?? -1,
      level: levels[finding.severity],
      message: { text: finding.message },
      locations: [{ physicalLocation: physical(finding, input) }],
      partialFingerprints: { 'apexFinding/v1': prints.get(finding)! },
      properties: { severity: finding.severity, confidence: finding.confidence, library: finding.library },
    };
    if (finding.steps.length === 0) return result;
    const locations = finding.steps.map((step) => ({
      location: { physicalLocation: physical(step, input), message: { text: step.note } },
    }));
    return { ...result, codeFlows: [{ threadFlows: [{ locations }] }] };
  });
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Apex', semanticVersion: input.version, rules: input.rules.map(descriptor) } },
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  };
}

function descriptor(rule: Rule) {
  return {
    id: rule.id,
    name: rule.id.replace(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase()),
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.explanation },
    help: { text: `${rule.explanation}\n\nWrong:\n${rule.wrong}\nRight:\n${rule.right}` },
    defaultConfiguration: { level: levels[rule.severity] },
    properties: {
      tags: [
        'security',
        ...rule.cwe.map((number) => `external/cwe/cwe-${String(number).padStart(3, '0')}`),
        rule.owasp,
      ],
      precision: rule.confidence,
      'security-severity': scores[rule.severity],
    },
  };
}

function physical(location: Location, input: SarifInput) {
  return {
    artifactLocation: { uri: encodeURI(input.relative(location.path)), uriBaseId: 'SRCROOT' },
    region: {
      startLine: location.start.line + 1,
      startColumn: location.start.column + 1,
      endLine: location.end.line + 1,
      endColumn: location.end.column + 1,
    },
  };
}
