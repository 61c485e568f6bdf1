/**
 * How a recorded process is started again. A recording may come from a stranger: nothing in it may make Node write a file,
 * open a port or load native code before the boundary stands. What the program itself does meets the boundary.
 */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { distFolder } from '../../runtime/programs.ts';
import type { Launch } from './layout.ts';
import {
  formatNodeOptions,
  isRestricted,
  parseNodeOptions,
  permissionOptions,
  preload,
  withNodeOptions,
  withoutPermission,
} from './nodeOptions.ts';

/** Options with which Node or V8 reach outside by themselves: profiles, logs, reports, inspector, snapshots, files of their own. */
const REACHES_OUTSIDE = [
  'build-',
  'cpu-prof',
  'debug-port',
  'diagnostic-dir',
  'env-file',
  'experimental-default-config-file',
  'experimental-config-file',
  'experimental-sea-config',
  'gdbjit',
  'heap-prof',
  'heapsnapshot-',
  'icu-data-dir',
  'inspect',
  'jitless-dump',
  'log',
  'openssl-',
  'perf-',
  'prof',
  'redirect-',
  'report-',
  'run',
  'secure-heap',
  'snapshot-blob',
  'tls-keylog',
  'trace-event',
  'trace-turbo',
  'turbo-profiling',
  'turbo-stats',
  'vtune',
];
/** Of those, the ones whose value is the next word. */
const TAKES_VALUE =
  /^--(cpu-prof-(dir|name|interval)|debug-port|diagnostic-dir|env-file(-if-exists)?|experimental-(config-file|sea-config)|heap-prof-(dir|name|interval)|heapsnapshot-(signal|near-heap-limit)|icu-data-dir|inspect-(port|publish-uid)|openssl-config|build-(snapshot-config|sea)|redirect-warnings|report-(dir|directory|filename|signal)|run|secure-heap(-min)?|snapshot-blob|tls-keylog|trace-event-(categories|file-pattern))$/;

/** Variables that Node, its libraries or the loader act on before the program starts. The program sees them all the same. */
const ACTED_ON =
  /^(LD_|DYLD_|GLIBC_|MALLOC_|OPENSSL_|SSL_|SSLKEYLOGFILE|NODE_(V8_COVERAGE|COMPILE_CACHE|REDIRECT_WARNINGS|REPORT_|EXTRA_CA_CERTS|ICU_DATA|DEBUG_NATIVE|USE_SYSTEM_CA)|NODE_TLS_)/;

/** Node options that only change how the program runs. */
export function harmlessOptions(options: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < options.length; at++) {
    const word = options[at]!;
    const name = word.replaceAll('_', '-').replace(/^--(no-)?/, '');
    if (!word.startsWith('--') || !REACHES_OUTSIDE.some((prefix) => name.startsWith(prefix))) kept.push(word);
    else if (TAKES_VALUE.test(word.replaceAll('_', '-'))) at++;
  }
  return kept;
}

/** What the replaying process really has; the recorded environment is given to the program by the log. */
export function harmlessEnvironment(environment: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.fromEntries(Object.entries(environment).filter(([name]) => !ACTED_ON.test(name)));
  if (kept.NODE_OPTIONS !== undefined) {
    kept.NODE_OPTIONS = formatNodeOptions(harmlessOptions(parseNodeOptions(kept.NODE_OPTIONS)));
  }
  return kept;
}

/** Node's words and environment for a recorded process, in which `bundle` is loaded before anything else. */
export interface ReplayCommand {
  /** Words that load the bundle. */
  words: string[];
  programWords: string[];
  env: Record<string, string>;
}

/** @param folder that of the recording */
export function replayCommand(launch: Launch, bundle: string, folder: string): ReplayCommand {
  const environment = harmlessEnvironment(launch.environment);
  const { words, nodeOptions } = preload(bundle, environment.NODE_OPTIONS);
  if (isRestricted(launch.execArgv, environment.NODE_OPTIONS)) {
    words.push(...permissionOptions(dirname(bundle), folder), `--allow-fs-read=${folder}/*`);
  }
  return {
    words,
    programWords: [...harmlessOptions(launch.execArgv), ...launch.argv],
    env: withNodeOptions(environment, nodeOptions),
  };
}

/**
 * Where a replay runs. Node looks around there before the boundary stands: the recorded folder may have changed or be gone, so
 * it is another one, but for the test runner, which by then has taken the name of its folder for its report.
 */
export function replayFolder({ execArgv, cwd }: Launch): string {
  return cwd !== undefined && execArgv.includes('--test') && existsSync(cwd) ? cwd : distFolder();
}

/**
 * Questions need Node's inspector and native code of Apex, which the permission model refuses: they are asked without it. What it
 * refused the program is in the log.
 */
export const unrestricted = (launch: Launch): Launch => ({
  ...launch,
  execArgv: withoutPermission(launch.execArgv),
});
