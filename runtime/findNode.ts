import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { ApexError } from '../protocol/errors.ts';
import { rememberedVersion, rememberVersion, type Stamped, stampOf } from './nodeVersions.ts';
import { distFolder } from './programs.ts';

export interface NodeRuntime {
  /** Absolute path of the binary. */
  path: string;
  /** For example `v24.21.0`. */
  version: string;
  major: number;
}

/** The major that sandbox workers and replay tools are pinned to (isolated-vm's inspector aborts on 26). */
export const PINNED_MAJOR = 24;
/** Majors whose programs can be recorded. */
export const RECORDABLE_MAJORS: readonly number[] = [22, 24, 26];

/** The release of the pinned major that package.json names, too. */
const PINNED_VERSION = '24.21.0';

/** The npm package that carries the pinned Node for this platform, and where its binary is inside. npm has none for macOS. */
export function nodePackage(): { name: string; version: string; binary: string } {
  const windows = process.platform === 'win32';
  const name = `node-${windows ? 'win' : process.platform}-${process.arch}`;
  return { name, version: PINNED_VERSION, binary: windows ? 'bin/node.exe' : 'bin/node' };
}

const known = new Map<string, NodeRuntime | undefined>();

/** What a binary is; undefined when it is not there, does not answer within 5 s or is not plain Node. */
export function describeNode(path: string): NodeRuntime | undefined {
  if (known.has(path)) return known.get(path);
  const binary = stampOf(path);
  let runtime = binary && (ownRuntime(binary.file) ?? remembered(binary));
  if (binary && !runtime) {
    runtime = askNode(path);
    // A shim, which starts another Node in another folder, is asked each time.
    if (runtime?.path === binary.file) rememberVersion(binary, runtime.version);
  }
  known.set(path, runtime);
  return runtime;
}

const runtimeOf = (path: string, version: string): NodeRuntime => ({
  path,
  version,
  major: Number.parseInt(version.slice(1), 10),
});

function ownRuntime(file: string): NodeRuntime | undefined {
  return file === process.execPath && !process.versions.electron ? runtimeOf(file, process.version) : undefined;
}

function remembered(binary: Stamped): NodeRuntime | undefined {
  const version = rememberedVersion(binary);
  return version === undefined ? undefined : runtimeOf(binary.file, version);
}

function askNode(path: string): NodeRuntime | undefined {
  try {
    const script = 'JSON.stringify([process.version, process.versions.electron ?? null, process.execPath])';
    const output = execFileSync(path, ['-p', script], {
      env: plainEnvironment(),
      encoding: 'utf8',
      timeout: 5000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [version, electron, execPath] = JSON.parse(output) as [string, string | null, string];
    return electron === null ? runtimeOf(execPath, version) : undefined;
  } catch {
    // Not Node: the caller tries the next place.
    return undefined;
  }
}

/** `process.env` without what an editor's own Node leaves there and what would change a program started from it. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  delete env.NODE_OPTIONS;
  delete env.ELECTRON_RUN_AS_NODE;
  return env;
}

/**
 * The pinned Node: `preferred` (a setting), `APEX_NODE`, npm's copy beside Apex, then PATH and the running binary.
 * @throws ApexError `node-not-found`
 */
export function findPinnedNode(preferred?: string): NodeRuntime {
  if (preferred) {
    const runtime = describeNode(preferred);
    if (runtime?.major === PINNED_MAJOR) return runtime;
    throw new ApexError(
      'node-not-found',
      `${preferred} ${runtime ? `is Node ${runtime.version}` : 'cannot be run'}; Apex needs Node ${PINNED_MAJOR} there.`,
      'Correct the setting "apex.nodePath" or empty it.',
    );
  }
  for (const path of pinnedCandidates()) {
    const runtime = describeNode(path);
    if (runtime?.major === PINNED_MAJOR) return runtime;
  }
  throw new ApexError(
    'node-not-found',
    `No Node ${PINNED_MAJOR} was found.`,
    `Install Node ${PINNED_MAJOR} from https://nodejs.org and put it on PATH, or set APEX_NODE (in VS Code: "apex.nodePath") to its path.`,
  );
}

/**
 * The Node a program would run on by itself (`node` on PATH) when it can be recorded, else the pinned one.
 * `preferred` is taken as it is.
 */
export function findProgramNode(preferred?: string): NodeRuntime {
  if (preferred) {
    const runtime = describeNode(preferred);
    if (runtime && RECORDABLE_MAJORS.includes(runtime.major)) return runtime;
    const problem = runtime ? `is Node ${runtime.version}` : (missing(preferred) ?? 'cannot be run as Node');
    throw new ApexError(
      'node-not-supported',
      `${preferred} ${problem}; programs are recorded on Node ${RECORDABLE_MAJORS.join(', ')}.`,
      'Name another Node.',
    );
  }
  for (const path of nodesOnPath()) {
    const runtime = describeNode(path);
    if (runtime && RECORDABLE_MAJORS.includes(runtime.major)) return runtime;
  }
  return findPinnedNode();
}

/** A word without a folder is looked up in PATH. */
function missing(path: string): string | undefined {
  return isAbsolute(path) && !existsSync(path) ? 'does not exist' : undefined;
}

function* pinnedCandidates(): Generator<string> {
  if (process.env.APEX_NODE) yield process.env.APEX_NODE;
  const { name, binary } = nodePackage();
  for (let folder = distFolder(); ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name, binary);
    if (existsSync(path)) yield path;
    if (folder === dirname(folder)) break;
  }
  yield* nodesOnPath();
  yield process.execPath;
}

export function* nodesOnPath(): Generator<string> {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder && existsSync(join(folder, name))) yield join(folder, name);
  }
}
