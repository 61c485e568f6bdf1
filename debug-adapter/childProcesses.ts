import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { launchPath, MAIN_PROCESS } from '../time-travel/recording/layout.ts';
import { readMetadata } from '../time-travel/recording/metadata.ts';

/** A process or worker thread that a recorded one started. */
export interface ChildProcess {
  /** Its name in the recording, for example `main-1`. */
  process: string;
  /** What it ran, for people. */
  title: string;
}

/** Those that `parent` (default: the program itself) started, in that order; none while the program still runs. */
export function childrenOf(folder: string, parent: string = MAIN_PROCESS): ChildProcess[] {
  const logs = readMetadata(folder).ended?.logs ?? [];
  return logs
    .filter((log) => log.parent === parent && existsSync(launchPath(folder, log.name)))
    .map(({ name, words = [], pid, thread }) => {
      const [script = 'node', ...args] = words;
      const what = [basename(script), ...args].join(' ').slice(0, 60);
      const number = thread === undefined ? pid : `thread ${thread}`;
      return { process: name, title: number === undefined ? what : `${what} [${number}]` };
    });
}
