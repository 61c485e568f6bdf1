import type { Finding, Severity } from './finding.ts';

const weights: Record<Severity, number> = { critical: 25, high: 12, medium: 5, low: 1 };
const trust = { high: 1, medium: 0.6, low: 0.25 };

/** 100 for nothing found, less for each finding by severity and confidence; larger programs are measured by their size. */
export function securityScore(findings: readonly Finding[], lines: number): number {
  const sum = findings.reduce((total, { severity, confidence }) => total + weights[severity] * trust[confidence], 0);
  const scale = Math.max(1, lines / 1000);
  return Math.round(100 * Math.exp(-sum / (50 * Math.sqrt(scale))));
}
