import { ApexError } from '../../protocol/errors.ts';
import { findProgramNode } from '../../runtime/findNode.ts';
import { exitCodeOf, recordProgram } from '../../time-travel/recording/recordProgram.ts';
import type { Command } from '../command.ts';

const usage = 'record --out FOLDER [--node NODE] [--max-size MB] -- [NODE-OPTION...] SCRIPT [ARG...]';

export const command: Command = {
  usage,
  help: `The program keeps its stdin, stdout, stderr and exit code. --node names the Node to run it on (22, 24 or 26); by
default the one on PATH when it can be recorded, else the pinned Node 24.
A folder that holds a recording is replaced. When the log of a process has reached --max-size (MB), the recording keeps
what is there and the program goes on unrecorded.`,
  options: { out: { type: 'string', short: 'o' }, node: { type: 'string' }, 'max-size': { type: 'string' } },
  async run({ options, positionals, rest, json }) {
    const { out, node } = options;
    if (typeof out !== 'string' || out === '' || !rest || rest.length === 0 || positionals.length > 0) {
      throw new ApexError('wrong-use', 'A folder and a program are needed.', `Usage: apex ${usage}`);
    }
    const runtime = findProgramNode(typeof node === 'string' ? node : undefined);
    const maxBytes = sizeOf(options['max-size']);
    const run = await recordProgram({ out, words: rest, node: runtime, ...(maxBytes !== undefined && { maxBytes }) });
    // The program owns stdout: the answer goes to stderr.
    if (json) process.stderr.write(`${JSON.stringify({ recording: out, ...run })}\n`);
    return exitCodeOf(run);
  },
};

/** @param size in MB @returns bytes */
function sizeOf(size: unknown): number | undefined {
  if (size === undefined) return undefined;
  const megabytes = Number(size);
  if (megabytes > 0) return megabytes * 1024 * 1024;
  throw new ApexError('wrong-use', `"${String(size)}" is no size in MB.`, `Usage: apex ${usage}`);
}
