import type { Finding, Severity } from '../analysis/report/finding.ts';
import { severities } from '../analysis/report/finding.ts';
import { type AnalysisSettings, defaultSettings } from '../protocol/analysis.ts';

/** Settings as a client sent them; what is missing or wrong is the default. */
export function readSettings(given: unknown): AnalysisSettings {
  const settings: AnalysisSettings = { ...defaultSettings };
  if (typeof given !== 'object' || given === null) return settings;
  const raw = given as Record<string, unknown>;
  if (typeof raw.enabled === 'boolean') settings.enabled = raw.enabled;
  if (isSeverity(raw.severity)) settings.severity = raw.severity;
  if (raw.library === 'on' || raw.library === 'off') settings.library = raw.library;
  if (Array.isArray(raw.include)) settings.include = raw.include.filter(isText);
  if (Array.isArray(raw.exclude)) settings.exclude = raw.exclude.filter(isText);
  if (typeof raw.rules === 'object' && raw.rules !== null) {
    const entries = Object.entries(raw.rules).filter(([, level]) => level === 'off' || isSeverity(level));
    settings.rules = Object.fromEntries(entries) as AnalysisSettings['rules'];
  }
  return settings;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isSeverity(value: unknown): value is Severity {
  return severities.some((severity) => severity === value);
}

/** Findings as the settings want them: rules turned off, severities changed, the least severity. */
export function applySettings(findings: readonly Finding[], settings: AnalysisSettings): Finding[] {
  if (!settings.enabled) return [];
  const least = severities.indexOf(settings.severity);
  return findings.flatMap((finding) => {
    const level = Object.hasOwn(settings.rules, finding.rule) ? settings.rules[finding.rule] : undefined;
    if (level === 'off') return [];
    const changed = level ? { ...finding, severity: level } : finding;
    return severities.indexOf(changed.severity) >= least ? [changed] : [];
  });
}
