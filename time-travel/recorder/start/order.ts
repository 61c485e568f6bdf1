/** How a launcher tells the preloaded bundle what to do: one environment variable, removed before the program starts. */
import type { Channel, Origin, ThreadStart } from '../../recording/layout.ts';
import type { Mode } from '../boundaryState.ts';

export const BOUNDARY_VARIABLE = 'APEX_BOUNDARY';

export interface BoundaryOrder {
  mode: Mode;
  /** Absolute path of the recording. */
  folder: string;
  /** Name of the process in the recording: its files begin with it. */
  process: string;
  /** A process that another recorded process started. */
  origin?: Origin;
  /** The channel to its parent, which Node is to open when the boundary is armed. */
  channel?: Channel;
  /** A worker thread of a recorded process. */
  thread?: ThreadStart;
  /** Of a thread: what `process.execArgv` shows, where it differs from its options. */
  execArgv?: string[];
  /** Of a thread: the seed of its process, which V8 has for all of them. */
  processSeed?: number;
  /** Replay of a thread alone: shows what it hands to the thread that started it to be printed. */
  showPosted?: boolean;
  /** For a program that may start Node any number of times, such as a shell: each takes the first free name. */
  shared?: boolean;
  /** Folder in which compiled code of the boundary is kept. */
  codeCache?: string | undefined;
  /** Recording: largest size of a log, in bytes. */
  maxBytes?: number;
  /** Recording: Node processes that the program starts are not recorded. */
  alone?: boolean;
  /** Recording: what looks like a secret is replaced in the log. */
  redact?: boolean;
  /** What `NODE_OPTIONS` is for the program; absent when it is not set. */
  nodeOptions?: string;
  /** Replay: descriptor on which the outcome is written as one line of JSON. */
  reportFd?: number;
  /** Replay: from this entry of the log on the stacks of calls are noted, for a divergence that is known to come. */
  agreedFrom?: number | undefined;
}

export const formatOrder = (order: BoundaryOrder): string => JSON.stringify(order);

export function parseOrder(text: string | undefined): BoundaryOrder | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as BoundaryOrder);
}
