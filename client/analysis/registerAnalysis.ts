import * as vscode from 'vscode';
import { startLanguageClient } from './languageClient.ts';
import { registerPathView } from './pathView.ts';
import { registerScanWorkspace } from './scanWorkspaceCommand.ts';

/** Security analysis: the language client, the path view and their commands. */
export function registerAnalysis(context: vscode.ExtensionContext): void {
  const client = startLanguageClient(context);
  registerPathView(context);
  registerScanWorkspace(context, client);
  context.subscriptions.push(
    vscode.commands.registerCommand('apex.showFindings', () =>
      vscode.commands.executeCommand('workbench.actions.view.problems'),
    ),
  );
}
