import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { ApexError } from '../protocol/errors.ts';
import { describeNode, nodePackage, PINNED_MAJOR } from '../runtime/findNode.ts';
import { showError } from './showError.ts';

/** `Apex: Install Node 24`: the pinned Node from npm into the extension's own storage, for people whose Node is another. */
export function registerInstallNode(context: vscode.ExtensionContext): void {
  const location = vscode.ProgressLocation.Notification;
  const title = `Installing Node ${PINNED_MAJOR} from npm`;
  const install = async () => {
    try {
      const path = await vscode.window.withProgress({ location, title, cancellable: true }, (_progress, token) =>
        installNode(context.globalStorageUri.fsPath, token),
      );
      if (!path) return;
      await vscode.workspace.getConfiguration('apex').update('nodePath', path, vscode.ConfigurationTarget.Global);
      void vscode.window.showInformationMessage(`Apex now uses the Node at ${path} (setting "apex.nodePath").`);
    } catch (error) {
      void showError(error);
    }
  };
  context.subscriptions.push(vscode.commands.registerCommand('apex.installNode', install));
}

/** Gives the path of the installed binary, undefined when cancelled. */
function installNode(folder: string, token: vscode.CancellationToken): Promise<string | undefined> {
  mkdirSync(folder, { recursive: true });
  const { name, version, binary } = nodePackage();
  const args = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `${name}@${version}`];
  return new Promise((resolve, reject) => {
    const npm = execFile('npm', args, { shell: process.platform === 'win32' }, (error, _stdout, stderr) => {
      if (token.isCancellationRequested) return resolve(undefined);
      const path = join(folder, 'node_modules', name, binary);
      if (!error && describeNode(path)?.major === PINNED_MAJOR) return resolve(path);
      const reason = stderr.trim().split('\n')[0] || error?.message || 'the program it brought does not run';
      reject(
        new ApexError(
          'node-install-failed',
          `Node ${PINNED_MAJOR} could not be installed with npm: ${reason}.`,
          'Nothing was changed. Install Node 24 from https://nodejs.org instead and set "apex.nodePath" to it.',
        ),
      );
    });
    token.onCancellationRequested(() => npm.kill());
  });
}
