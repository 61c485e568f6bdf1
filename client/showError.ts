import * as vscode from 'vscode';
import { toErrorReport } from '../protocol/errors.ts';

/** Shows what went wrong and what to do next; where Apex can do it, as a button. */
export async function showError(thrown: unknown): Promise<void> {
  const { code, message, advice } = toErrorReport(thrown);
  const text = advice ? `${message} ${advice}` : message;
  if (code !== 'node-not-found') {
    await vscode.window.showErrorMessage(text);
    return;
  }
  const install = 'Install Node 24';
  const settings = 'Open Setting';
  const choice = await vscode.window.showErrorMessage(text, install, settings);
  if (choice === install) await vscode.commands.executeCommand('apex.installNode');
  if (choice === settings) await vscode.commands.executeCommand('workbench.action.openSettings', 'apex.nodePath');
}
