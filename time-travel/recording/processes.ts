import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { maskWords } from '../../protocol/secretForms.ts';
import { isRunning } from '../../runtime/isRunning.ts';
import { launchPath, logPath, MAIN_PROCESS, PROCESSES_FOLDER, unrecordedPath } from './layout.ts';
import { type RecordedLog, readLaunch } from './metadata.ts';

const LOG = '.log';

/** Names of the processes that wrote a log, parents before their children. */
export function processNames(folder: string): string[] {
  const children = join(folder, PROCESSES_FOLDER);
  const names = [folder, children].flatMap((path) => (existsSync(path) ? logsIn(path) : []));
  return names.sort(byPlace);
}

const logsIn = (path: string): string[] =>
  readdirSync(path).flatMap((file) => (file.endsWith(LOG) ? [file.slice(0, -LOG.length)] : []));

/** `main`, `main-1`, `main-1-1`, `main-2`, `main-10`. */
function byPlace(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** What is said of each log when the recorded program has ended. */
export function describeLogs(folder: string): RecordedLog[] {
  return processNames(folder).map((name) => {
    const log = { name, bytes: statSync(logPath(folder, name)).size };
    if (!existsSync(launchPath(folder, name))) return log;
    const { argv, pid, origin, thread } = readLaunch(folder, name);
    return {
      ...log,
      words: maskWords(argv),
      ...(pid !== undefined && { pid }),
      ...(thread && { thread: thread.id ?? 0 }),
      ...(origin && { parent: origin.parent, startedAtEvent: origin.event }),
      ...(name !== MAIN_PROCESS && pid !== undefined && isRunning(pid) && { outlived: true }),
    };
  });
}

/** A process that the program started and that no log tells of, since its Node is not one that is recorded. */
export interface UnrecordedProcess {
  node: string;
  words: string[];
}

const MOST_UNRECORDED = 1000;

/** What such processes have said of themselves; a line that is none is passed over. */
export function unrecordedProcesses(folder: string): UnrecordedProcess[] {
  const path = unrecordedPath(folder);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, MOST_UNRECORDED);
  return lines.flatMap((line) => {
    try {
      const { node, words } = JSON.parse(line) as Partial<UnrecordedProcess>;
      return typeof node === 'string' && Array.isArray(words) ? [{ node, words: maskWords(words.map(String)) }] : [];
    } catch {
      return [];
    }
  });
}
