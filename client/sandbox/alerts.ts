import * as vscode from 'vscode';
import type { Alert } from '../../protocol/sandboxSecurity.ts';
import { plainText } from '../plainText.ts';
import { showError } from './runInSandbox.ts';
import type { SandboxSession } from './sandboxSession.ts';
import { chosenSandbox } from './snapshotCommands.ts';

/** Says when a sandbox does what a rule calls an anomaly, and lets a person hold it or let it go on. */
export function registerAlerts(session: SandboxSession): vscode.Disposable {
  const hold = (on: boolean) => async (node?: { id?: unknown }) => {
    try {
      const { id } = await chosenSandbox(session, node);
      await (await session.host()).request(on ? 'sandbox/suspend' : 'sandbox/resume', { id });
    } catch (error) {
      showError(error);
    }
  };
  return vscode.Disposable.from(
    session.onAlert((alert) => void showAlert(session, alert)),
    vscode.commands.registerCommand('apex.suspendSandbox', hold(true)),
    vscode.commands.registerCommand('apex.resumeSandbox', hold(false)),
  );
}

async function showAlert(session: SandboxSession, { id, message, response }: Alert): Promise<void> {
  const label = (await session.list()).find((sandbox) => sandbox.id === id)?.label ?? id;
  const done = { log: '', alert: '', throttle: ' It is slowed down.', suspend: ' It is held.', kill: ' It was ended.' };
  const actions = response === 'kill' ? [] : response === 'suspend' ? ['Resume', 'Stop'] : ['Suspend', 'Stop'];
  const choice = await vscode.window.showWarningMessage(
    `${plainText(`${label}: ${message}`)}.${done[response]}`,
    ...actions,
  );
  if (choice === 'Stop') await session.stop(id);
  else if (choice) await vscode.commands.executeCommand(`apex.${choice.toLowerCase()}Sandbox`, { id });
}
