import type { Channel, ThreadStart } from '../../recording/layout.ts';

/** What the engine tells a replaying process, in the environment variable below as JSON. */
export interface AgentSettings {
  /** Path of the agent's own script. */
  agent: string;
  /** Path of the engine's socket; absent where the engine holds file descriptor 3. */
  socket?: string;
  /** Path of koffi's prebuilt addon; absent where processes cannot be copied. */
  koffi?: string;
  /** Path of the log; absent for a program that meets nothing outside itself. */
  log?: string;
  /** The channel to its parent, of a child process that has one. */
  channel?: Channel;
  /** A worker thread: the settings are then in its environment data. */
  thread?: ThreadStart;
  /** The program still runs: at the end of the log replay waits for more. Only without copies. */
  follow?: boolean;
  /** Node options that the program must not see. */
  hiddenOptions?: string[];
}

export const AGENT_VARIABLE = 'APEX_REPLAY_AGENT';
