import { basename } from 'node:path';
import { ApexError } from '../../protocol/errors.ts';
import { DEFAULT_SHELF, recordedProgram } from '../../protocol/recordings.ts';
import { findProgramNode } from '../../runtime/findNode.ts';
import { recordingsFolder } from '../../runtime/recordingsFolder.ts';
import { checkRedacted, secretVariables } from '../../time-travel/recording/checkRedacted.ts';
import { placeOnShelf } from '../../time-travel/recording/placeOnShelf.ts';
import { exitCodeOf, recordProgram } from '../../time-travel/recording/recordProgram.ts';
import { pruneShelf } from '../../time-travel/recording/shelf.ts';
import type { Command } from '../command.ts';

const usage =
  'record [--out FOLDER] [--node NODE] [--max-size MB] [--redact] [--processes all|main] [--] [NODE-OPTION...] SCRIPT [ARG...]';

export const command: Command = {
  usage,
  help: `The program keeps its stdin, stdout, stderr and exit code. --node names the Node to run it on (22, 24 or 26); by
default the one on PATH when it can be recorded, else the pinned Node 24.
Options of Node and of the program stand behind "--".
Without --out the recording is kept where the editor keeps its own, and stderr says at the end how it is called; the
oldest make room for it. A folder that holds a recording is replaced. When the log of a process has reached --max-size (MB), the recording keeps
what is there and the program goes on unrecorded.
--processes main leaves out the Node processes that the program starts: what it hears of them is recorded all the same.
--redact replaces what looks like a secret in the recording: values of the environment and of arguments, headers, cookies
and fields of what is received, and keys of a known form. The replay is then tried, and stderr says when it cannot do without.`,
  options: {
    out: { type: 'string', short: 'o' },
    node: { type: 'string' },
    'max-size': { type: 'string' },
    redact: { type: 'boolean' },
    processes: { type: 'string' },
  },
  async run({ options, positionals, rest, json }) {
    const { node } = options;
    const words = [...positionals, ...(rest ?? [])];
    if (words.length === 0) throw new ApexError('wrong-use', 'A program is needed.', `Usage: apex ${usage}`);
    const out = typeof options.out === 'string' && options.out !== '' ? options.out : undefined;
    const folder = out ?? placeOnShelf(recordingsFolder(), recordedProgram(words));
    const runtime = findProgramNode(typeof node === 'string' ? node : undefined);
    const maxBytes = sizeOf(options['max-size']);
    const redact = options.redact === true;
    const run = await recordProgram({
      out: folder,
      words,
      node: runtime,
      ...(maxBytes !== undefined && { maxBytes }),
      ...(redact && { redact }),
      ...(recordsAlone(options.processes) && { alone: true }),
    });
    if (redact) process.stderr.write(await redacted(folder, runtime.path));
    // The program owns stdout: the answer goes to stderr.
    if (json) process.stderr.write(`${JSON.stringify({ recording: folder, ...run })}\n`);
    else if (out === undefined) process.stderr.write(kept(folder));
    if (out === undefined) pruneShelf({ folder: recordingsFolder(), ...DEFAULT_SHELF });
    return exitCodeOf(run);
  },
};

async function redacted(folder: string, node: string): Promise<string> {
  const names = secretVariables(process.env);
  const known = names.length > 0 ? ` Of the environment: ${names.join(', ')}.` : '';
  const replaced = `apex: what looked like a secret was replaced in the recording.${known}\n`;
  const different = await checkRedacted(folder, [node]);
  if (!different) return replaced;
  const { process: name, outcome } = different;
  const where = outcome.kind === 'diverged' ? `after event ${outcome.divergence.event}` : 'before its end';
  return `${replaced}apex: the replay of ${name} ends ${where}: what the program did there depends on a value that was replaced.
  Record it without --redact to replay it to its end.\n`;
}

function kept(folder: string): string {
  return `apex: recorded as ${basename(folder)}\n  "apex replay last" runs it again, "apex replay last --at end" asks it; the editor lists it under Recordings.\n`;
}

function recordsAlone(processes: unknown): boolean {
  if (processes === undefined || processes === 'all') return false;
  if (processes === 'main') return true;
  throw new ApexError('wrong-use', `"${String(processes)}" is neither "all" nor "main".`, `Usage: apex ${usage}`);
}

/** @param size in MB @returns bytes */
function sizeOf(size: unknown): number | undefined {
  if (size === undefined) return undefined;
  const megabytes = Number(size);
  if (megabytes > 0) return megabytes * 1024 * 1024;
  throw new ApexError('wrong-use', `"${String(size)}" is no size in MB.`, `Usage: apex ${usage}`);
}
