import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serve } from '../../server/languageServer.ts';
import { rulePage } from '../../server/rulePage.ts';
import type { Command } from '../command.ts';
import { version } from '../version.ts';

export const command: Command = {
  usage: 'lsp',
  help: 'Speaks the Language Server Protocol on standard input and output, for any editor. It ends with the editor.',
  options: { stdio: { type: 'boolean' }, clientProcessId: { type: 'string' } },
  async run() {
    // The protocol's own `exit` ends the process; a closed standard input does too.
    const ended = new Promise<number>((resolve) => process.stdin.once('close', () => resolve(0)));
    serve(createConnection(ProposedFeatures.all, process.stdin, process.stdout), { version, rulePage });
    return ended;
  },
};
