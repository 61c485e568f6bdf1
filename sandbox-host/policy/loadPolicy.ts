import type { PolicyRule } from '../../protocol/policy.ts';
import type { Limits, Mode } from '../../protocol/sandbox.ts';
import { type ScanSeverity, scanSeveritySchema } from '../../protocol/sandboxModules.ts';
import type { AnomalyRule } from '../../protocol/sandboxSecurity.ts';
import { readPolicyFiles } from '../../runtime/policyFiles.ts';

/** A policy with everything it extends. */
export interface LoadedPolicy {
  /** Every file it came from, this one last. */
  files: string[];
  rules: { rule: PolicyRule; source: string }[];
  audit: boolean;
  forbiddenModules: string[];
  /** Where the programs are that `process.run` may start; the first to name one is right. */
  programs: Record<string, string>;
  keepStore: boolean;
  /** Later ones replace those of the same name. */
  anomalies: AnomalyRule[];
  limits: Partial<Record<Mode, Partial<Limits>>>;
  /** Modules with a finding of this severity or worse are not loaded. */
  scan?: ScanSeverity;
}

export const NO_POLICY: LoadedPolicy = {
  files: [],
  rules: [],
  audit: false,
  forbiddenModules: [],
  anomalies: [],
  programs: {},
  keepStore: false,
  limits: {},
};

/**
 * Reads a policy and what it extends. A base can only be tightened by what extends it: its denials stay, the lower limit wins.
 * @throws ApexError `policy-not-found`, `policy-invalid`, `policy-cycle`; each names the file and the place in it
 */
export function loadPolicy(file: string): LoadedPolicy {
  return readPolicyFiles(file)
    .map(
      ({ path, policy }): LoadedPolicy => ({
        files: [path],
        rules: (policy.rules ?? []).map((rule) => ({ rule, source: path })),
        audit: policy.audit ?? false,
        forbiddenModules: policy.forbiddenModules ?? [],
        anomalies: policy.anomalies ?? [],
        programs: policy.programs ?? {},
        keepStore: policy.keepStore ?? false,
        limits: policy.limits ?? {},
        ...(policy.scan && { scan: policy.scan }),
      }),
    )
    .reduce(merge);
}

function merge(base: LoadedPolicy, next: LoadedPolicy): LoadedPolicy {
  const limits = { ...base.limits };
  for (const [mode, wanted] of Object.entries(next.limits) as [Mode, Partial<Limits>][]) {
    limits[mode] = tightest(limits[mode] ?? {}, wanted);
  }
  return {
    files: [...base.files, ...next.files],
    rules: [...base.rules, ...next.rules],
    audit: next.audit,
    programs: { ...next.programs, ...base.programs },
    keepStore: next.keepStore,
    forbiddenModules: [...base.forbiddenModules, ...next.forbiddenModules],
    anomalies: [
      ...base.anomalies.filter((rule) => !next.anomalies.some(({ name }) => name === rule.name)),
      ...next.anomalies,
    ],
    limits,
    ...withScan(strictest(base.scan, next.scan)),
  };
}

function withScan(scan: ScanSeverity | undefined): { scan?: ScanSeverity } {
  return scan ? { scan } : {};
}

/** The one that keeps more modules out. */
export function strictest(first?: ScanSeverity, second?: ScanSeverity): ScanSeverity | undefined {
  return scanSeveritySchema.options.find((severity) => severity === first || severity === second);
}

/** The lower of each limit; 0, where it means "none", is the highest of all. */
export function tightest<T extends Partial<Limits>>(first: T, second: Partial<Limits>): T {
  const result: Partial<Limits> = { ...first };
  for (const [name, value] of Object.entries(second) as [keyof Limits, number][]) {
    const known = result[name];
    result[name] = known === undefined || known === 0 ? value : value === 0 ? known : Math.min(known, value);
  }
  return result as T;
}
