import { readFileSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ApexError } from '../../protocol/errors.ts';
import { type Policy, type PolicyRule, policySchema } from '../../protocol/policy.ts';
import type { Limits, Mode } from '../../protocol/sandbox.ts';
import { type ScanSeverity, scanSeveritySchema } from '../../protocol/sandboxModules.ts';
import type { AnomalyRule } from '../../protocol/sandboxSecurity.ts';

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
export function loadPolicy(file: string, trail: readonly string[] = []): LoadedPolicy {
  const path = realPath(file, trail.at(-1));
  if (trail.includes(path)) {
    throw new ApexError(
      'policy-cycle',
      `Policies extend each other: ${[...trail, path].join(' → ')}.`,
      'Break the circle.',
    );
  }
  const policy = parsePolicy(path);
  const bases = (policy.extends ?? []).map((base) => loadPolicy(resolve(dirname(path), base), [...trail, path]));
  const own: LoadedPolicy = {
    files: [path],
    rules: (policy.rules ?? []).map((rule) => ({ rule, source: path })),
    audit: policy.audit ?? false,
    forbiddenModules: policy.forbiddenModules ?? [],
    anomalies: policy.anomalies ?? [],
    programs: policy.programs ?? {},
    keepStore: policy.keepStore ?? false,
    limits: policy.limits ?? {},
    ...(policy.scan && { scan: policy.scan }),
  };
  return [...bases, own].reduce(merge);
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

function realPath(file: string, extendedBy: string | undefined): string {
  try {
    return realpathSync(file);
  } catch {
    const where = extendedBy ? ` (extended by ${extendedBy})` : '';
    throw new ApexError('policy-not-found', `There is no policy ${file}${where}.`, 'Check the path.');
  }
}

function parsePolicy(path: string): Policy {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ApexError('policy-invalid', `${path} is not JSON: ${message}.`, 'Correct the file.');
  }
  const parsed = policySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue?.path.length ? issue.path.join('.') : 'the policy';
  throw new ApexError(
    'policy-invalid',
    `${path}: ${place}: ${issue?.message ?? 'wrong'}.`,
    'docs/policy.md describes the format.',
  );
}
