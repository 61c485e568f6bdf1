import { existsSync, statSync, writeFileSync } from 'node:fs';
import { posix, resolve } from 'node:path';
import { type ScanResult, scanDisk } from '../../analysis/disk/scanDisk.ts';
import { enginePath } from '../../analysis/disk/sourceFiles.ts';
import { projectPolicy } from '../../analysis/policy/analysisPolicy.ts';
import { type Finding, type Severity, severities } from '../../analysis/report/finding.ts';
import { fingerprints } from '../../analysis/report/fingerprint.ts';
import { toSarif } from '../../analysis/report/sarif.ts';
import { securityScore } from '../../analysis/report/score.ts';
import { allRules } from '../../analysis/rules/all.ts';
import { ApexError } from '../../protocol/errors.ts';
import type { Command, Invocation } from '../command.ts';
import { scanCacheFolder } from '../scan/cacheFolder.ts';
import { onChangedLines, readBaseline } from '../scan/narrow.ts';
import { prettyFindings } from '../scan/pretty.ts';
import { version } from '../version.ts';

const formats = ['pretty', 'json', 'sarif'] as const;
type Format = (typeof formats)[number];

export const command: Command = {
  usage:
    'scan [PATH...] [--format pretty|json|sarif] [--output FILE] [--fail-on low|medium|high|critical] [--library] [--policy FILE] [--baseline FILE] [--diff REF] [--cache DIR | --no-cache]',
  help: `Analyses JavaScript and TypeScript below each PATH (default: here) for security faults.
  --format   pretty (default), json, or sarif (SARIF 2.1.0)
  --output   write there instead of to the terminal
  --fail-on  exit 1 only for findings of this severity or worse (default: what the policy says, else low)
  --policy   the policy to hold to (default: apex.policy.json in PATH)
  --library  take parameters of exported functions as untrusted everywhere; --no-library nowhere
             (default: in packages that are published)
  --baseline show only findings that an earlier report (sarif or json) does not have
  --diff     show only findings on lines that differ from a git revision
  --cache    keep results in this folder for the next scan (default: a folder of Apex in the user's cache folder)
  --no-cache analyse everything, keep nothing
Exit code 0: nothing found, 1: findings, 2: wrong use or failure.`,
  options: {
    format: { type: 'string' },
    output: { type: 'string' },
    'fail-on': { type: 'string' },
    library: { type: 'boolean' },
    'no-library': { type: 'boolean' },
    policy: { type: 'string' },
    baseline: { type: 'string' },
    diff: { type: 'string' },
    cache: { type: 'string' },
    'no-cache': { type: 'boolean' },
  },
  async run(invocation) {
    const format = choice(invocation, 'format', formats) ?? (invocation.json ? 'json' : 'pretty');
    const asked = choice(invocation, 'fail-on', severities);
    const roots = (invocation.positionals.length > 0 ? invocation.positionals : ['.']).map((path) => resolve(path));
    const missing = roots.find((root) => !existsSync(root));
    if (missing)
      throw new ApexError('no-such-path', `There is nothing at ${missing}.`, 'Name a file or a folder to scan.');
    const library = invocation.options.library ? true : invocation.options['no-library'] ? false : undefined;
    const { cache, policy, 'no-cache': noCache } = invocation.options;
    const folder = noCache ? undefined : typeof cache === 'string' ? resolve(cache) : scanCacheFolder();
    const result = scanDisk(roots.map(enginePath), {
      ...(library !== undefined && { library }),
      ...(folder !== undefined && { cache: folder }),
      ...(typeof policy === 'string' && { policy: projectPolicy('', resolve(policy)) }),
    });
    result.findings = narrow(result, roots.map(enginePath), invocation);
    const text = render(format, result, roots.map(enginePath));
    write(text, invocation.options.output);
    const failOn = asked ?? result.policy.failOn ?? 'low';
    return result.findings.some((finding) => worse(finding, failOn)) ? 1 : 0;
  },
};

function narrow(result: ScanResult, roots: readonly string[], { options }: Invocation): Finding[] {
  let findings = result.findings;
  if (typeof options.baseline === 'string') {
    const known = readBaseline(options.baseline);
    const prints = fingerprints(findings, (path) => result.texts.get(path), relativeTo(roots));
    findings = findings.filter((finding) => !known.has(prints.get(finding)!));
  }
  if (typeof options.diff === 'string') {
    const first = roots[0]!;
    findings = onChangedLines(findings, options.diff, statSync(first).isDirectory() ? first : posix.dirname(first));
  }
  return findings;
}

/** Paths relative to the scanned folder, or to the working folder when several were named. */
function relativeTo(roots: readonly string[]): (path: string) => string {
  const only = roots.length === 1 && statSync(roots[0]!).isDirectory() ? roots[0] : undefined;
  const base = only ?? enginePath(process.cwd());
  return (path) => posix.relative(base, path) || posix.basename(path);
}

function worse(finding: Finding, least: Severity): boolean {
  return severities.indexOf(finding.severity) >= severities.indexOf(least);
}

function choice<T extends string>(invocation: Invocation, name: string, known: readonly T[]): T | undefined {
  const given = invocation.options[name];
  if (given === undefined) return undefined;
  const found = known.find((value) => value === given);
  if (found) return found;
  throw new ApexError('wrong-use', `--${name} does not know "${String(given)}".`, `Choose from: ${known.join(', ')}.`);
}

function render(format: Format, result: ScanResult, roots: readonly string[]): string {
  const relative = relativeTo(roots);
  const textOf = (path: string): string | undefined => result.texts.get(path);
  if (format === 'sarif') {
    return `${JSON.stringify(toSarif({ findings: result.findings, rules: allRules, version, relative, textOf }), null, 2)}\n`;
  }
  if (format === 'json') {
    const prints = fingerprints(result.findings, textOf, relative);
    const findings = result.findings.map((finding) => ({
      ...finding,
      path: relative(finding.path),
      steps: finding.steps.map((step) => ({ ...step, path: relative(step.path) })),
      fixes: finding.fixes.map((fix) => fix.title),
      fingerprint: prints.get(finding)!,
    }));
    const skipped = result.skipped.map(({ path, reason }) => ({ path: relative(path), reason }));
    const score = securityScore(result.findings, result.lines);
    return `${JSON.stringify({ findings, files: result.files, lines: result.lines, score, skipped }, null, 2)}\n`;
  }
  return prettyFindings({ ...result, relative });
}

function write(text: string, output: unknown): void {
  if (typeof output !== 'string') {
    process.stdout.write(text);
    return;
  }
  try {
    writeFileSync(output, text);
  } catch (error) {
    throw new ApexError(
      'cannot-write',
      `${output} cannot be written (${(error as NodeJS.ErrnoException).code}).`,
      'Name another file with --output.',
    );
  }
}
