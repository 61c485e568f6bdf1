import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { showError } from '../showError.ts';
import { registerPathView } from './pathView.ts';
import { registerScanWorkspace } from './scanWorkspaceCommand.ts';

/** Security analysis: the language client, the path view and their commands. */
export function registerAnalysis(context: vscode.ExtensionContext): void {
  const client = startClient(context);
  client.catch(showError);
  registerPathView(context);
  registerScanWorkspace(context, client);
  context.subscriptions.push(
    vscode.commands.registerCommand('apex.showFindings', () =>
      vscode.commands.executeCommand('workbench.actions.view.problems'),
    ),
  );
}

/** The client is the larger part of the extension's code: it is loaded behind activation, so that nobody waits for it. */
async function startClient(context: vscode.ExtensionContext): Promise<LanguageClient> {
  await new Promise((resolve) => setImmediate(resolve));
  const { startLanguageClient } = await import('./languageClient.ts');
  return startLanguageClient(context);
}
