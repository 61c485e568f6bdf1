import { ApexError } from '../../protocol/errors.ts';
import { findProgramNode } from '../../runtime/findNode.ts';
import { exitCodeOf, recordProgram } from '../../time-travel/recording/recordProgram.ts';
import type { Command } from '../command.ts';

const usage = 'record --out FOLDER [--node NODE] -- [NODE-OPTION...] SCRIPT [ARG...]';

export const command: Command = {
  usage,
  help: `The program keeps its stdin, stdout, stderr and exit code. --node names the Node to run it on (22, 24 or 26); by
default the one on PATH when it can be recorded, else the pinned Node 24.
A folder that holds a recording is replaced.`,
  options: { out: { type: 'string', short: 'o' }, node: { type: 'string' } },
  async run({ options, positionals, rest, json }) {
    const { out, node } = options;
    if (typeof out !== 'string' || out === '' || !rest || rest.length === 0 || positionals.length > 0) {
      throw new ApexError('wrong-use', 'A folder and a program are needed.', `Usage: apex ${usage}`);
    }
    const runtime = findProgramNode(typeof node === 'string' ? node : undefined);
    const run = await recordProgram({ out, words: rest, node: runtime });
    // The program owns stdout: the answer goes to stderr.
    if (json) process.stderr.write(`${JSON.stringify({ recording: out, ...run })}\n`);
    return exitCodeOf(run);
  },
};
