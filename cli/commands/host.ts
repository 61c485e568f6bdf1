import { spawn } from 'node:child_process';
import { ApexError } from '../../protocol/errors.ts';
import { findPinnedNode, plainEnvironment } from '../../runtime/findNode.ts';
import { programPath } from '../../runtime/programs.ts';
import { SandboxHostProcess } from '../../runtime/sandboxHostProcess.ts';
import type { Command, ExitCode } from '../command.ts';

export const command: Command = {
  usage: 'host | host status',
  help: [
    'Serves the sandbox protocol (JSON-RPC, see docs/sandbox.md) on stdin and stdout until stdin closes.',
    '"host status" starts a host, says what it has here (Node, OS sandbox, mode) and ends it.',
  ].join('\n'),
  options: {},
  run: async ({ positionals, json }) => {
    const [action, ...rest] = positionals;
    if (action === undefined) return serve();
    if (action === 'status' && rest.length === 0) return status(json);
    throw new ApexError('wrong-use', `There is no "host ${positionals.join(' ')}".`, `Usage: apex ${command.usage}`);
  },
};

function serve(): Promise<ExitCode> {
  const child = spawn(findPinnedNode().path, [programPath('sandboxHost.mjs')], {
    stdio: 'inherit',
    env: plainEnvironment(),
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 2));
  });
}

async function status(json: boolean): Promise<ExitCode> {
  const { host, status } = await SandboxHostProcess.start();
  await host.stop();
  const { node, osSandbox, mode } = status;
  const text = [`Node ${node}`, `OS sandbox: ${osSandbox.kind}. ${osSandbox.detail}`, `mode: ${mode}`];
  process.stdout.write(json ? `${JSON.stringify(status)}\n` : `${text.join('\n')}\n`);
  return 0;
}
