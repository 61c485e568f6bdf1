import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { readProjectFile } from '../../runtime/projectFile.ts';
import { globPattern, ignoreTest } from './globs.ts';

export const sourceExtension = /\.([cm]?[jt]s|[jt]sx|html?|vue|svelte|ejs|hbs|handlebars|mustache|pug|jade)$/i;
const skippedFolders = new Set([
  'node_modules',
  'bower_components',
  'jspm_packages',
  'coverage',
  '.git',
  '.hg',
  '.svn',
]);
const MAX_BYTES = 2_000_000;

export interface SkippedFile {
  path: string;
  reason: string;
}

export interface SourceFiles {
  /** Absolute paths with `/`, sorted. */
  paths: string[];
  skipped: SkippedFile[];
}

export interface SelectOptions {
  include?: readonly string[];
  exclude?: readonly string[];
}

/** Paths as the engine knows them: absolute, with `/`. */
export function enginePath(path: string): string {
  return path.replaceAll('\\', '/');
}

/**
 * Finds source files below the given folders (files given by name are always taken). Ignored: what .gitignore files
 * name, installed packages, declarations, links to folders (so that loops end).
 */
export function collectSourceFiles(roots: readonly string[], options: SelectOptions = {}): SourceFiles {
  const paths = new Set<string>();
  const skipped: SkippedFile[] = [];
  const include = options.include?.map(globPattern);
  const exclude = (options.exclude ?? []).map(globPattern);

  const walk = (root: string, folder: string, ignores: readonly ((path: string) => boolean)[]): void => {
    let entries: Dirent[];
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      skipped.push({ path: folder, reason: `cannot be read (${(error as NodeJS.ErrnoException).code})` });
      return;
    }
    const own = entries.some((entry) => entry.name === '.gitignore' && entry.isFile()) ? readIgnore(folder) : undefined;
    const tests = own ? [...ignores, own] : ignores;
    for (const entry of entries) {
      const path = posix.join(folder, entry.name);
      const relative = posix.relative(root, path);
      if (tests.some((test) => test(path)) || exclude.some((pattern) => pattern.test(relative))) continue;
      if (entry.isDirectory()) {
        if (!skippedFolders.has(entry.name)) walk(root, path, tests);
      } else if (entry.isFile() && sourceExtension.test(entry.name) && !/\.d\.[cm]?ts$|[.-]min\.js$/.test(entry.name)) {
        if (!include || include.some((pattern) => pattern.test(relative))) paths.add(path);
      }
    }
  };

  for (const given of roots) {
    const root = enginePath(given);
    if (statSync(root).isDirectory()) walk(root, root, []);
    else paths.add(root);
  }
  return { paths: [...paths].sort(), skipped };
}

function readIgnore(folder: string): (path: string) => boolean {
  const test = ignoreTest(readProjectFile(posix.join(folder, '.gitignore')) ?? '');
  return (path) => test(posix.relative(folder, path));
}

/** The text of a source file, or why it is not analysed. */
export function readSource(path: string): { text: string } | { reason: string } {
  try {
    const file = statSync(path);
    if (!file.isFile()) return { reason: 'not a file' };
    if (file.size > MAX_BYTES) return { reason: `larger than ${MAX_BYTES / 1_000_000} MB` };
    const text = decode(readFileSync(path));
    if (text === undefined) return { reason: 'not text' };
    if (isMinified(text)) return { reason: 'minified' };
    return { text };
  } catch (error) {
    return { reason: `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})` };
  }
}

/** UTF-8, or UTF-16 with its mark; undefined for binary files. */
function decode(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString('utf16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return Buffer.from(bytes.subarray(2)).swap16().toString('utf16le');
  if (bytes.subarray(0, 8192).includes(0)) return undefined;
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** Machine-made code: long lines on average. */
export function isMinified(text: string): boolean {
  if (text.length < 20_000) return false;
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return text.length / lines > 400;
}
