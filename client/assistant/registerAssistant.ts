import * as vscode from 'vscode';
import { findPinnedNode, plainEnvironment } from '../../runtime/findNode.ts';
import { programPath } from '../../runtime/programs.ts';
import { shelfSettings } from '../recordings/shelfSettings.ts';
import { McpProcess } from './mcpProcess.ts';

/** Names in `languageModelTools` of the manifest are those of the MCP server behind this. */
const PREFIX = 'apex_';

/** Lets assistants ask recordings: as tools of the editor's language models, and as an MCP server for everything else. */
export function registerAssistant(context: vscode.ExtensionContext): void {
  let server: McpProcess | undefined;
  const running = (): McpProcess => {
    if (!server || server.gone) {
      const { command, args, env } = mcpCommand();
      server = new McpProcess(command, args, { ...plainEnvironment(), ...env });
    }
    return server;
  };
  const manifest = context.extension.packageJSON as { contributes: { languageModelTools: { name: string }[] } };
  for (const { name } of manifest.contributes.languageModelTools) {
    context.subscriptions.push(
      vscode.lm.registerTool<object>(name, {
        prepareInvocation: () => ({ invocationMessage: 'Asking the recording' }),
        async invoke({ input }) {
          const text = await running().call(name.slice(PREFIX.length), input);
          return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
        },
      }),
    );
  }
  context.subscriptions.push(
    { dispose: () => server?.close() },
    vscode.lm.registerMcpServerDefinitionProvider('apex.recordings', {
      provideMcpServerDefinitions() {
        if (!vscode.workspace.isTrusted) return [];
        const { command, args, env } = mcpCommand();
        return [new vscode.McpStdioServerDefinition('Apex Recordings', command, args, env)];
      },
    }),
  );
}

function mcpCommand(): { command: string; args: string[]; env: Record<string, string> } {
  const nodePath = vscode.workspace.getConfiguration('apex').get<string>('nodePath') || undefined;
  return {
    command: findPinnedNode(nodePath).path,
    args: [programPath('cli.mjs'), 'mcp'],
    env: { APEX_RECORDINGS: shelfSettings().folder },
  };
}
