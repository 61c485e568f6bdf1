import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import type { AnalysisPolicy } from '../../protocol/policy.ts';
import { readPolicyFiles } from '../../runtime/policyFiles.ts';
import type { Model } from '../models/model.ts';
import { type Finding, type Severity, severities } from '../report/finding.ts';

export const POLICY_FILE = 'apex.policy.json';

/** A project's policy for the analysis, with everything it extends. */
export interface ProjectPolicy {
  rules: Readonly<Record<string, Severity | 'off'>>;
  failOn?: Severity;
  forbiddenModules: readonly string[];
  /** By name in the models' vocabulary, with the reason. */
  forbiddenApis: Readonly<Record<string, string>>;
}

export const noPolicy: ProjectPolicy = { rules: {}, forbiddenModules: [], forbiddenApis: {} };

/**
 * The policy of a folder, or of the file that is named.
 * @throws ApexError `policy-not-found`, `policy-invalid`, `policy-cycle`
 */
export function projectPolicy(folder: string, file?: string): ProjectPolicy {
  const path = file ?? posix.join(folder, POLICY_FILE);
  if (file === undefined && !existsSync(path)) return noPolicy;
  return readPolicyFiles(path)
    .map(({ policy }) => ownPart(policy.analysis ?? {}, policy.forbiddenModules ?? []))
    .reduce(tighten, noPolicy);
}

/** One file's part. */
export function ownPart(policy: AnalysisPolicy, neverLoaded: readonly string[]): ProjectPolicy {
  return {
    rules: policy.rules ?? {},
    ...(policy.failOn && { failOn: policy.failOn }),
    forbiddenModules: [...neverLoaded, ...(policy.forbiddenModules ?? [])],
    forbiddenApis: policy.forbiddenApis ?? {},
  };
}

/** Both hold: what extends a base can only tighten it. Of two levels of a rule the higher counts, of two thresholds the lower. */
export function tighten(base: ProjectPolicy, next: ProjectPolicy): ProjectPolicy {
  const rules: Record<string, Severity | 'off'> = { ...base.rules };
  for (const [rule, level] of Object.entries(next.rules)) {
    const known = Object.hasOwn(rules, rule) ? rules[rule]! : undefined;
    rules[rule] = known === undefined || rank(level) > rank(known) ? level : known;
  }
  const failOn = severities.find((severity) => severity === base.failOn || severity === next.failOn);
  return {
    rules,
    ...(failOn && { failOn }),
    forbiddenModules: [...base.forbiddenModules, ...next.forbiddenModules],
    forbiddenApis: { ...next.forbiddenApis, ...base.forbiddenApis },
  };
}

function rank(level: Severity | 'off'): number {
  return level === 'off' ? -1 : severities.indexOf(level);
}

/** Findings as the policy wants them: of rules that are off none, others with its severity. */
export function applyPolicy(findings: readonly Finding[], { rules }: ProjectPolicy): Finding[] {
  return findings.flatMap((finding) => {
    const level = Object.hasOwn(rules, finding.rule) ? rules[finding.rule] : undefined;
    if (level === 'off') return [];
    return [level ? { ...finding, severity: level } : finding];
  });
}

/** The functions that a policy forbids, as the engine knows functions; with a folder, to the files below it. */
export function policyModel({ forbiddenApis }: ProjectPolicy, folder?: string): Model[] {
  const within = folder === undefined ? {} : { folder };
  const forbidden = Object.entries(forbiddenApis).map(([ref, reason]) => ({ ref, reason, ...within }));
  return forbidden.length > 0 ? [{ name: 'policy', forbidden }] : [];
}
