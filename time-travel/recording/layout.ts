/**
 * A recording is a folder:
 *
 * recording.json             what, when, where: no value of the environment, nothing that passed through the program
 * main.log                   the log of the process that was started
 * main.start.json            how it was started, with its environment: needed to start its replay
 * processes/NAME.log         the logs of the Node processes and worker threads that it started, and of those that they
 * processes/NAME.start.json  started; NAME is the parent's name, a dash and a number
 * processes/unrecorded.jsonl processes of a Node that is not recorded: its version and its command line, one a line
 * processes/output.order     which of them wrote how much to the standard output that they share, in the order of time
 */
export const FORMAT_VERSION = 1;
export const MAIN_PROCESS = 'main';
export const METADATA_FILE = 'recording.json';
export const PROCESSES_FOLDER = 'processes';

const basePath = (folder: string, name: string): string =>
  name === MAIN_PROCESS ? `${folder}/${name}` : `${folder}/${PROCESSES_FOLDER}/${name}`;
export const logPath = (folder: string, name: string): string => `${basePath(folder, name)}.log`;
export const unrecordedPath = (folder: string): string => `${folder}/${PROCESSES_FOLDER}/unrecorded.jsonl`;
export const launchPath = (folder: string, name: string): string => `${basePath(folder, name)}.start.json`;

/** What started a process. */
export interface Origin {
  /** Name of the process. */
  parent: string;
  /** Number of events that the parent had passed. */
  event: number;
  /** Where the descriptors 0, 1 and 2 of the process lead: to 1 or 2 of the main process, or (0) elsewhere. */
  output: number[];
}

/** The channel by which `child_process.fork` and `cluster` talk. */
export interface Channel {
  fd: number;
  serialization: string;
  /** Number of the worker of `cluster`. */
  workerId?: string;
}

/** How a worker thread was started. */
export interface ThreadStart {
  /** `threadId`; known when the thread runs. */
  id?: number;
  /** What it runs: the path of a file, code (`eval: true`), or a `data:` URL. */
  entry: string;
  kind: 'file' | 'code' | 'data';
  argv: string[];
  hasStdin: boolean;
  name?: string;
  /** Node options that the thread has, and those of its process. */
  options: string[];
  processOptions: string[];
  /** Size of its stack, where the program says one. */
  stackSizeMb?: number;
  /** Its variables are those of the thread that started it. */
  sharesEnvironment?: boolean;
}

/** Content of `NAME.start.json`. */
export interface Launch {
  /** For example `v24.21.0`. */
  version: string;
  execPath: string;
  /** The program's own Node options. */
  execArgv: string[];
  /** Script (absolute) and arguments. */
  argv: string[];
  environment: Record<string, string>;
  cwd?: string;
  pid?: number;
  origin?: Origin;
  channel?: Channel;
  /** Of a worker thread, whose process has the same `pid`. */
  thread?: ThreadStart;
  /** Standard descriptors that must be pipes in replay. */
  pipes?: number[];
  /** Those that must be files. */
  files?: number[];
}
