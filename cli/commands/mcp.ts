import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { recordingsServer } from '../../mcp/server.ts';
import type { Command } from '../command.ts';
import { version } from '../version.ts';

export const command: Command = {
  usage: 'mcp',
  help: `Speaks the Model Context Protocol on stdin and stdout. An assistant can list recordings and ask them: what was printed, what
happened, the stack and any value at any step, every time that a line ran, who wrote a value. Nothing is ever changed.`,
  options: {},
  async run() {
    const { server, close } = recordingsServer(version);
    const left = new Promise<void>((resolve) => {
      process.stdin.once('end', resolve);
      process.stdin.once('close', resolve);
    });
    await server.connect(new StdioServerTransport());
    await left;
    close();
    await server.close();
    process.exit(0);
  },
};
