import * as vscode from 'vscode';
import { registerAlerts } from './alerts.ts';
import { registerAllowInPolicy } from './allowInPolicy.ts';
import { registerAuditCommands } from './auditCommands.ts';
import { registerBridgeCommands } from './bridgeCommands.ts';
import { registerGroupCommands } from './groupCommands.ts';
import { registerHotSwap } from './hotSwap.ts';
import { registerModeStatus } from './modeStatus.ts';
import { registerMoveCommands } from './moveCommand.ts';
import { PermissionPrompt } from './permissionPrompt.ts';
import { recordInSandbox } from './recordInSandbox.ts';
import { fileToRun, SandboxOutputView, selectionToRun, showError } from './runInSandbox.ts';
import { registerSandboxesView } from './sandboxesView.ts';
import { SandboxSession } from './sandboxSession.ts';
import { registerSnapshotCommands } from './snapshotCommands.ts';
import { StatePanelView } from './statePanelView.ts';

/** Running files in sandboxes, and the panel with their state. The host starts with the first run. */
export function registerSandbox(context: vscode.ExtensionContext): void {
  const permissions = new PermissionPrompt(context.workspaceState);
  const session = new SandboxSession(permissions);
  const output = new SandboxOutputView(session);
  const panel = new StatePanelView(context.extensionUri, session);
  const running: string[] = [];
  session.onEnded(({ id }) => {
    if (running.includes(id)) running.splice(running.indexOf(id), 1);
  });

  const isTrusted = () => {
    if (vscode.workspace.isTrusted) return true;
    void vscode.window.showWarningMessage('Trust this workspace to run its programs, also in a sandbox.');
    return false;
  };
  const start = async (file: string, source?: string) => {
    output.begin(file);
    const title = 'Starting the sandbox';
    const location = vscode.ProgressLocation.Window;
    try {
      const sandbox = await vscode.window.withProgress({ location, title }, () => session.run(file, source));
      running.push(sandbox.id);
      return sandbox;
    } catch (error) {
      showError(error);
      return undefined;
    }
  };

  const run = async (uri?: vscode.Uri) => {
    const file = isTrusted() ? await fileToRun(uri) : undefined;
    return file && start(file);
  };
  const runSelection = async () => {
    const selection = isTrusted() ? selectionToRun() : undefined;
    return selection && start(selection.file, selection.source);
  };

  const record = async (uri?: vscode.Uri) => {
    const file = isTrusted() ? await fileToRun(uri) : undefined;
    if (!file) return;
    output.begin(file);
    const title = `Recording ${vscode.workspace.asRelativePath(file)} in a sandbox`;
    const location = vscode.ProgressLocation.Window;
    try {
      await vscode.window.withProgress({ location, title }, () => recordInSandbox(file, (text) => output.print(text)));
    } catch (error) {
      showError(error);
    }
  };

  const stop = async (node?: { id?: unknown }) => {
    const id = typeof node?.id === 'string' ? node.id : running.at(-1);
    if (id) await session.stop(id);
    else void vscode.window.showInformationMessage('No sandbox is running.');
  };

  context.subscriptions.push(
    session,
    output,
    panel,
    registerModeStatus(),
    registerSandboxesView(session),
    vscode.commands.registerCommand('apex.forgetPermissions', () => permissions.forget()),
    vscode.commands.registerCommand('apex.runFileInSandbox', run),
    vscode.commands.registerCommand('apex.runSelectionInSandbox', runSelection),
    vscode.commands.registerCommand('apex.recordFileInSandbox', record),
    registerHotSwap(session),
    registerSnapshotCommands(session),
    registerMoveCommands(session),
    registerBridgeCommands(session),
    registerGroupCommands(session),
    registerAlerts(session),
    registerAllowInPolicy(session),
    registerAuditCommands(session),
    vscode.commands.registerCommand('apex.stopSandbox', stop),
    vscode.commands.registerCommand('apex.showSandboxState', (node?: { id?: unknown }) => {
      panel.show(typeof node?.id === 'string' ? node.id : undefined);
    }),
  );
}
