import { existsSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { ApexError } from '../../protocol/errors.ts';
import { readProjectFile } from '../../runtime/projectFile.ts';
import type { Model } from '../models/model.ts';
import { readProjectModels } from '../models/projectModels.ts';
import { importedNames } from '../modules/importIndex.ts';
import { keptName } from '../modules/project.ts';
import type { PathAlias, SourceHost } from '../modules/resolve.ts';
import {
  applyPolicy,
  noPolicy,
  type ProjectPolicy,
  policyModel,
  projectPolicy,
  tighten,
} from '../policy/analysisPolicy.ts';
import { forbiddenImports } from '../policy/forbiddenModules.ts';
import type { Finding } from '../report/finding.ts';
import { lowerInTests } from '../report/testCode.ts';
import { applyDirectives } from '../suppress/suppress.ts';
import { lineCount, scriptText } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';
import { createProgram } from '../workspace/engine.ts';
import type { Program } from '../workspace/program.ts';
import { groupBy } from './groupBy.ts';
import { importGroups } from './importGroups.ts';
import { libraryTest } from './packages.ts';
import { digest, type FileFacts, ScanCache } from './scanCache.ts';
import {
  collectSourceFiles,
  readSource,
  type SelectOptions,
  type SkippedFile,
  sourceExtension,
} from './sourceFiles.ts';

export interface ScanOptions extends SelectOptions {
  /** True or false for all files; undefined asks each package's manifest. */
  library?: boolean;
  models?: readonly Model[];
  /** The policy that holds; by default that of each folder. */
  policy?: ProjectPolicy;
  /** Folder in which results are kept for the next scan; without it nothing is kept. */
  cache?: string;
  /** `YYYY-MM-DD`, for suppressions with an end; default: the day of the scan. */
  today?: string;
}

export interface ScanResult {
  findings: Finding[];
  files: number;
  lines: number;
  skipped: SkippedFile[];
  /** Text of each file with a finding, for reports. */
  texts: ReadonlyMap<string, string>;
  policy: ProjectPolicy;
}

export interface DiskHost extends SourceHost {
  texts: Map<string, string>;
  /** The file may have changed: it is read again when asked for. */
  forget(path: string): void;
}

/** Reads source from disk; texts stay in memory for the length of a scan. */
export function diskHost(skipped: SkippedFile[]): DiskHost {
  const texts = new Map<string, string>();
  const files = new Map<string, boolean>();
  return {
    texts,
    readText(path) {
      const known = texts.get(path);
      if (known !== undefined) return known;
      if (!sourceExtension.test(path)) return undefined;
      const read = readSource(path);
      if ('reason' in read) {
        if (!skipped.some((entry) => entry.path === path)) skipped.push({ path, reason: read.reason });
        return undefined;
      }
      texts.set(path, read.text);
      return read.text;
    },
    isFile(path) {
      let known = files.get(path);
      if (known === undefined) {
        known = statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
        files.set(path, known);
      }
      return known;
    },
    forget(path) {
      texts.delete(path);
      files.delete(path);
    },
  };
}

/** Scans files and folders. Paths must exist. */
export function scanDisk(roots: readonly string[], options: ScanOptions = {}): ScanResult {
  const { paths, skipped } = collectSourceFiles(roots, options);
  const host = diskHost(skipped);
  const isLibrary = options.library === undefined ? libraryTest() : () => options.library!;
  const aliases = roots.flatMap((root) => pathAliases(root));
  const policy = options.policy ?? roots.map((root) => projectPolicy(root)).reduce(tighten, noPolicy);
  const models = [...(options.models ?? []), ...roots.flatMap(projectModels), ...policyModel(policy)];
  const program = createProgram({ host, isLibrary, aliases, models });
  const scan = { paths, host, isLibrary, aliases, program };
  const { found, lines, files } = options.cache
    ? scanGroups(scan, new ScanCache(options.cache, JSON.stringify({ roots, models, aliases })))
    : scanAll(scan);
  const byFile = groupBy(found, (finding) => finding.path);
  const today = options.today ?? new Date().toISOString().slice(0, 10);
  const findings = paths.flatMap((path) => {
    const text = host.texts.get(path);
    if (text === undefined) return [];
    const below =
      roots.map((root) => posix.relative(root, path)).find((relative) => !relative.startsWith('..')) ?? path;
    const forbidden = forbiddenImports(path, text, policy.forbiddenModules);
    const all = [...(byFile.get(path) ?? []), ...forbidden].sort((left, right) => left.from - right.from);
    const kept = applyDirectives(path, text, all, today).findings;
    return applyPolicy(
      kept.map((finding) => lowerInTests(finding, below)),
      policy,
    );
  });
  return { findings, files, lines, skipped, texts: host.texts, policy };
}

interface Scan {
  paths: readonly string[];
  host: DiskHost;
  isLibrary(path: string): boolean;
  aliases: readonly PathAlias[];
  program: Program;
}

interface Scanned {
  found: Finding[];
  lines: number;
  files: number;
}

function scanAll({ paths, program }: Scan): Scanned {
  const units = paths.flatMap((path) => program.analyze(path) ?? []);
  const lines = units.reduce((sum, unit) => sum + unit.tree.root.getLineStarts().length, 0);
  return { found: program.findings(), lines, files: units.length };
}

/** Analyses only the groups of files of which the cache knows nothing. */
function scanGroups({ paths, host, isLibrary, aliases, program }: Scan, cache: ScanCache): Scanned {
  const hashes = new Map<string, string>();
  const facts = new Map<string, FileFacts>();
  const importsOf = (path: string): readonly string[] | undefined => {
    const text = host.readText(path);
    if (text === undefined) return undefined;
    const hash = digest(text);
    hashes.set(path, hash);
    const known = cache.facts(hash, () => ({
      lines: lineCount(text),
      imports: [...importedNames(scriptText(path, text)), ...keptName(path, text)],
    }));
    facts.set(path, known);
    return known.imports;
  };
  const asked = new Set(paths);
  const found: Finding[] = [];
  const analyzed: string[] = [];
  for (const group of importGroups(paths, importsOf, host, aliases)) {
    const members = group.filter((path) => hashes.has(path));
    if (members.length === 0) continue;
    const key = digest(members.map((path) => `${path} ${hashes.get(path)} ${isLibrary(path)}`).join('\n'));
    let result = cache.group(key);
    if (!result) {
      const done = members.filter((path) => asked.has(path) && program.analyze(path));
      result = { findings: members.flatMap((path) => program.findingsIn(path)), analyzed: done };
      cache.keep(key, result);
    }
    found.push(...result.findings);
    analyzed.push(...result.analyzed);
  }
  cache.save();
  const lines = analyzed.reduce((sum, path) => sum + (facts.get(path)?.lines ?? 0), 0);
  return { found, lines, files: analyzed.length };
}

/**
 * The models of `apex.models.yaml` in a folder.
 * @throws ApexError `models-invalid`
 */
export function projectModels(folder: string): Model[] {
  const file = posix.join(folder, 'apex.models.yaml');
  if (!existsSync(file)) return [];
  const text = readProjectFile(file);
  if (text === undefined)
    throw new ApexError('models-invalid', `${file} cannot be read as a file of text.`, 'Check what it is.');
  const { model, problems } = readProjectModels(text, file);
  const first = problems[0];
  if (first)
    throw new ApexError(
      'models-invalid',
      `${file}:${first.line + 1}: ${first.message}`,
      'docs/models.md describes the format.',
    );
  return model ? [model] : [];
}

/** `paths` of the tsconfig.json in a folder; relative to `baseUrl`. */
export function pathAliases(folder: string): PathAlias[] {
  const file = posix.join(folder, 'tsconfig.json');
  const text = readProjectFile(file);
  if (text === undefined) return [];
  const { config } = ts.parseConfigFileTextToJson(file, text) as {
    config?: { compilerOptions?: { baseUrl?: string; paths?: Record<string, string[]> } };
  };
  const options = config?.compilerOptions;
  const base = posix.join(folder, options?.baseUrl ?? '.');
  const star = (text: string): string => text.replace(/\*$/, '');
  return Object.entries(options?.paths ?? {}).flatMap(([alias, targets]) =>
    targets.map((target) => ({ prefix: star(alias), target: posix.join(base, star(target)), folder })),
  );
}
