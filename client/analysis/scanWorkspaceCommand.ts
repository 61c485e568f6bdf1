import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { type ScanWorkspaceResult, scanWorkspaceMethod } from '../../protocol/analysis.ts';

/** `Apex: Scan Workspace`: every file of the open folders, with progress that can be cancelled. */
export function registerScanWorkspace(context: vscode.ExtensionContext, starting: Promise<LanguageClient>): void {
  const scan = async (): Promise<ScanWorkspaceResult | undefined> => {
    if (!vscode.workspace.workspaceFolders?.length) {
      void vscode.window.showInformationMessage('Open a folder to scan it.');
      return undefined;
    }
    const client = await starting;
    await client.start();
    const result = await client.sendRequest<ScanWorkspaceResult>(scanWorkspaceMethod);
    const { findings, files, score, cancelled } = result;
    const text = `Apex: ${findings} findings in ${files} files, security score ${score} of 100${cancelled ? ' (cancelled)' : ''}.`;
    void vscode.window.showInformationMessage(text, 'Show Problems').then((choice) => {
      if (choice) void vscode.commands.executeCommand('workbench.actions.view.problems');
    });
    return result;
  };
  context.subscriptions.push(vscode.commands.registerCommand('apex.scanWorkspace', scan));
}
