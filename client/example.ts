import * as vscode from 'vscode';

/** `Apex: Open Example`: a small shop with a bug and some faults, as a copy of the user's own. */
export function registerExample(context: vscode.ExtensionContext): void {
  context.subscriptions.push(vscode.commands.registerCommand('apex.openExample', () => openExample(context)));
}

async function openExample(context: vscode.ExtensionContext): Promise<void> {
  const original = vscode.Uri.joinPath(context.extensionUri, 'examples', 'shop');
  const copy = vscode.Uri.joinPath(context.globalStorageUri, 'shop');
  if (!(await exists(copy))) {
    await vscode.workspace.fs.createDirectory(context.globalStorageUri);
    await vscode.workspace.fs.copy(original, copy);
  }
  await vscode.commands.executeCommand('vscode.openFolder', copy, { forceNewWindow: true });
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
