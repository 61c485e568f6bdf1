import { basename } from 'node:path';
import * as vscode from 'vscode';
import { DEBUG_TYPE } from '../../protocol/debug.ts';

/** Begins a debug session in the past of a recording. */
export async function openRecording(path: string, name = basename(path)): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage('Trust this workspace to run its recordings again.');
    return;
  }
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  await vscode.debug.startDebugging(folder, { type: DEBUG_TYPE, request: 'launch', name, recording: path });
}

/** Lets the user choose a recording's folder. */
export async function chooseRecording(): Promise<string | undefined> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: 'Open Recording',
      openLabel: 'Open Recording',
      canSelectFolders: true,
      canSelectFiles: false,
    })) ?? [];
  return chosen?.fsPath;
}
