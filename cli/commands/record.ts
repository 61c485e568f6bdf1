import { basename } from 'node:path';
import { ApexError } from '../../protocol/errors.ts';
import { DEFAULT_SHELF, recordedProgram } from '../../protocol/recordings.ts';
import { findProgramNode } from '../../runtime/findNode.ts';
import { recordingsFolder } from '../../runtime/recordingsFolder.ts';
import { placeOnShelf } from '../../time-travel/recording/placeOnShelf.ts';
import { exitCodeOf, recordProgram } from '../../time-travel/recording/recordProgram.ts';
import { pruneShelf } from '../../time-travel/recording/shelf.ts';
import type { Command } from '../command.ts';

const usage = 'record [--out FOLDER] [--node NODE] [--max-size MB] [--] [NODE-OPTION...] SCRIPT [ARG...]';

export const command: Command = {
  usage,
  help: `The program keeps its stdin, stdout, stderr and exit code. --node names the Node to run it on (22, 24 or 26); by
default the one on PATH when it can be recorded, else the pinned Node 24.
Options of Node and of the program stand behind "--".
Without --out the recording is kept where the editor keeps its own, and stderr says at the end how it is called; the
oldest make room for it. A folder that holds a recording is replaced. When the log of a process has reached --max-size (MB), the recording keeps
what is there and the program goes on unrecorded.`,
  options: { out: { type: 'string', short: 'o' }, node: { type: 'string' }, 'max-size': { type: 'string' } },
  async run({ options, positionals, rest, json }) {
    const { node } = options;
    const words = [...positionals, ...(rest ?? [])];
    if (words.length === 0) throw new ApexError('wrong-use', 'A program is needed.', `Usage: apex ${usage}`);
    const out = typeof options.out === 'string' && options.out !== '' ? options.out : undefined;
    const folder = out ?? placeOnShelf(recordingsFolder(), recordedProgram(words));
    const runtime = findProgramNode(typeof node === 'string' ? node : undefined);
    const maxBytes = sizeOf(options['max-size']);
    const run = await recordProgram({ out: folder, words, node: runtime, ...(maxBytes !== undefined && { maxBytes }) });
    // The program owns stdout: the answer goes to stderr.
    if (json) process.stderr.write(`${JSON.stringify({ recording: folder, ...run })}\n`);
    else if (out === undefined) process.stderr.write(kept(folder));
    if (out === undefined) pruneShelf({ folder: recordingsFolder(), ...DEFAULT_SHELF });
    return exitCodeOf(run);
  },
};

function kept(folder: string): string {
  return `apex: recorded as ${basename(folder)}\n  "apex replay last" runs it again, "apex replay last --at end" asks it; the editor lists it under Recordings.\n`;
}

/** @param size in MB @returns bytes */
function sizeOf(size: unknown): number | undefined {
  if (size === undefined) return undefined;
  const megabytes = Number(size);
  if (megabytes > 0) return megabytes * 1024 * 1024;
  throw new ApexError('wrong-use', `"${String(size)}" is no size in MB.`, `Usage: apex ${usage}`);
}
