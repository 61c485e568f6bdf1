/**
 * A recording is a folder:
 *
 * recording.json   what, when, where: no value of the environment, nothing that passed through the program
 * NAME.log         the log of a process; the first is `main`
 * NAME.start.json  how that process was started, with its environment: needed to start its replay
 */
export const FORMAT_VERSION = 1;
export const MAIN_PROCESS = 'main';
export const METADATA_FILE = 'recording.json';

export const logPath = (folder: string, name: string): string => `${folder}/${name}.log`;
export const launchPath = (folder: string, name: string): string => `${folder}/${name}.start.json`;

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
}
