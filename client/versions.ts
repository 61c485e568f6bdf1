import * as vscode from 'vscode';
import { toErrorReport } from '../protocol/errors.ts';
import { findPinnedNode } from '../runtime/findNode.ts';

/** `Apex: Show Versions`: what a bug report needs. Gives the text as well. */
export function registerVersions(context: vscode.ExtensionContext): void {
  context.subscriptions.push(vscode.commands.registerCommand('apex.showVersions', () => showVersions(context)));
}

function showVersions(context: vscode.ExtensionContext): string {
  const lines = [
    `Apex ${context.extension.packageJSON.version}`,
    `VS Code ${vscode.version}`,
    `${process.platform} ${process.arch}`,
    nodeLine(),
  ];
  const text = lines.join('\n');
  void vscode.window.showInformationMessage(lines.join(' · '), 'Copy').then((choice) => {
    if (choice === 'Copy') void vscode.env.clipboard.writeText(text);
  });
  return text;
}

function nodeLine(): string {
  try {
    const { version, path } = findPinnedNode(vscode.workspace.getConfiguration('apex').get<string>('nodePath'));
    return `Node ${version} (${path})`;
  } catch (error) {
    return toErrorReport(error).message;
  }
}
