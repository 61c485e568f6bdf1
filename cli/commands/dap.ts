import { serveDebugger } from '../../debug-adapter/adapter.ts';
import type { Command } from '../command.ts';

export const command: Command = {
  usage: 'dap',
  help: `Speaks the Debug Adapter Protocol on stdin and stdout, for any editor that does.
The launch request takes "program" (with "args", "cwd", "env", "runtimeExecutable", "stopOnEntry") or "recording".`,
  options: {},
  async run() {
    await new Promise<void>((leave) => serveDebugger(process.stdin, process.stdout, { leave }));
    process.exit(0);
  },
};
