import type { ParseArgsConfig } from 'node:util';

export type OptionValues = Record<string, string | boolean | (string | boolean)[] | undefined>;

/** What a command gets: everything before `--` parsed, everything after it untouched. */
export interface Invocation {
  options: OptionValues;
  positionals: string[];
  /** The words after `--`, or undefined when there was none. */
  rest: string[] | undefined;
  /** True with `--json`: the command prints exactly one JSON value on stdout. */
  json: boolean;
}

/** Exit codes are the same everywhere: 0 fine, 1 the answer is "no", 2 wrong use or failure. */
export type ExitCode = number;

export interface Command {
  /** The usage after `apex `, for example `scan [PATH...] [--format pretty|json|sarif]`. */
  usage: string;
  /** Lines under the usage in `apex help COMMAND`. */
  help?: string;
  options: NonNullable<ParseArgsConfig['options']>;
  run(invocation: Invocation): Promise<ExitCode>;
}

/** A command that is loaded when it is asked for: `apex record` must not pay for the analysis engine. */
export interface CommandEntry {
  summary: string;
  load(): Promise<Command>;
}
