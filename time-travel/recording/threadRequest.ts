import type { ThreadStart } from './layout.ts';

export const THREAD_VARIABLE = 'APEX_REPLAY_THREAD';

/** What `replayThread.cjs` is told in the environment variable above, as JSON. */
export interface ThreadRequest {
  thread: ThreadStart;
  /** Node options of the thread; those that belong to its process are among them. */
  options: string[];
  /** Path of the bundle that is loaded in the thread before anything else. */
  bundle: string;
  /** For the bundle: the environment data of the thread. */
  data: Record<string, string>;
}

export const formatRequest = (request: ThreadRequest): string => JSON.stringify(request);
