import { ApexError } from '../../protocol/errors.ts';
import type { SandboxHostLink } from '../../runtime/sandboxHostLink.ts';
import type { OptionValues } from '../command.ts';

/** What an action found: the value of `--json`, and its text for people. */
export interface Report {
  json: unknown;
  text: string;
  /** 1: the answer is "no". */
  exitCode?: 0 | 1;
}

/** One thing that `apex sandbox` can do with a host that runs. */
export interface Action {
  /** After `apex sandbox `. */
  usage: string;
  /** How many words may follow the name of the action. */
  words: readonly [least: number, most: number];
  run(host: SandboxHostLink, words: string[], options: OptionValues): Promise<Report>;
}

/** A table with its columns under each other; numbers are texts already. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** The option as a text, or undefined. */
export function textOption(options: OptionValues, name: string): string | undefined {
  return typeof options[name] === 'string' ? options[name] : undefined;
}

/** @throws ApexError `wrong-use` when the option is there and not one of `choices` */
export function choiceOption<T extends string>(
  options: OptionValues,
  name: string,
  choices: readonly T[],
): T | undefined {
  const text = textOption(options, name);
  if (text === undefined) return undefined;
  const found = choices.find((choice) => choice === text);
  if (found) return found;
  throw new ApexError('wrong-use', `--${name} takes ${choices.join(', ')}, not "${text}".`, 'Name one of them.');
}
