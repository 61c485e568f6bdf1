import { spawn } from 'node:child_process';
import { resolve as resolvePath } from 'node:path';
import { ApexError } from '../../protocol/errors.ts';
import { findPinnedNode, plainEnvironment } from '../../runtime/findNode.ts';
import { hostSocketPath } from '../../runtime/hostSocket.ts';
import { programPath } from '../../runtime/programs.ts';
import { connectToHost } from '../../runtime/sandboxHostLink.ts';
import { SandboxHostProcess } from '../../runtime/sandboxHostProcess.ts';
import type { Command, ExitCode } from '../command.ts';

export const command: Command = {
  usage: 'host | host listen [--socket PATH] | host stop [--socket PATH] | host status',
  help: [
    'Serves the sandbox protocol (JSON-RPC, see docs/sandbox.md) on stdin and stdout until stdin closes.',
    '"host listen" serves it on a socket that only you can reach, until "host stop"; "apex sandbox" speaks with it.',
    '"host status" starts a host, says what it has here (Node, OS sandbox, mode) and ends it.',
  ].join('\n'),
  options: { socket: { type: 'string' } },
  run: async ({ positionals, options, json }) => {
    const [action, ...rest] = positionals;
    if (action === undefined) return serve([]);
    const socket = typeof options.socket === 'string' ? resolvePath(options.socket) : hostSocketPath();
    if (action === 'listen' && rest.length === 0) return serve(['--socket', socket]);
    if (action === 'stop' && rest.length === 0) return stop(socket);
    if (action === 'status' && rest.length === 0) return status(json);
    throw new ApexError('wrong-use', `There is no "host ${positionals.join(' ')}".`, `Usage: apex ${command.usage}`);
  },
};

function serve(args: string[]): Promise<ExitCode> {
  const child = spawn(findPinnedNode().path, [programPath('sandboxHost.mjs'), ...args], {
    stdio: 'inherit',
    env: plainEnvironment(),
  });
  // The host ends itself in an orderly way; this program only waits for it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 2));
  });
}

async function stop(socket: string): Promise<ExitCode> {
  const { host, close } = await connectToHost(socket);
  // The host may be gone before its answer arrives: that it is gone is the answer.
  await Promise.race([host.request('host/shutdown', {}), host.closed]);
  await host.closed;
  close();
  return 0;
}

async function status(json: boolean): Promise<ExitCode> {
  const { host, status } = await SandboxHostProcess.start();
  await host.stop();
  const { node, osSandbox, mode } = status;
  const text = [`Node ${node}`, `OS sandbox: ${osSandbox.kind}. ${osSandbox.detail}`, `mode: ${mode}`];
  process.stdout.write(json ? `${JSON.stringify(status)}\n` : `${text.join('\n')}\n`);
  return 0;
}
