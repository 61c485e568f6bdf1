/**
 * How a recorded worker thread is started again: as a real worker, so that everything that Node does otherwise in one is as
 * it was. The main thread of its process runs `replayThread.cjs`, which does nothing else.
 */
import type { Launch, ThreadStart } from './layout.ts';
import { withoutPermission } from './nodeOptions.ts';
import { harmlessEnvironment, harmlessOptions } from './replayLaunch.ts';
import type { ThreadRequest } from './threadRequest.ts';

/** Options by which the main thread would run something of the program, or something else than a script. */
const RUNS =
  /^(-[repci]|-pe|--(require|import|loader|experimental-loader|eval|print|check|interactive|input-type|test.*|experimental-test.*|watch.*|entry-url))(=|$)/;

/** Node options without those, and without the words that belong to them. */
function idleOptions(options: readonly string[]): string[] {
  const kept: string[] = [];
  let dropping = false;
  for (const word of options) {
    if (word.startsWith('-')) dropping = RUNS.test(word);
    if (!dropping) kept.push(word);
  }
  return kept;
}

export interface ThreadCommand {
  /** Node options of the process. */
  options: string[];
  env: Record<string, string>;
  request: Omit<ThreadRequest, 'data' | 'bundle'>;
}

export function threadCommand(launch: Launch, thread: ThreadStart): ThreadCommand {
  const { NODE_OPTIONS: _, ...env } = harmlessEnvironment(launch.environment);
  return {
    options: idleOptions(withoutPermission(harmlessOptions(thread.processOptions))),
    env,
    request: { thread, options: harmlessOptions(thread.options) },
  };
}
