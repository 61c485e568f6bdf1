import * as vscode from 'vscode';
import { modeSchema } from '../../protocol/sandbox.ts';
import { showError } from './runInSandbox.ts';
import type { SandboxSession } from './sandboxSession.ts';
import { chosenSandbox } from './snapshotCommands.ts';

/** `Apex: Move Sandbox to Another Mode`, and taking back what was allowed while sandboxes run. */
export function registerMoveCommands(session: SandboxSession): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand('apex.moveSandbox', (node?: { id?: unknown }) =>
      move(session, node).catch(showError),
    ),
    vscode.commands.registerCommand('apex.revokePermission', () => revoke(session).catch(showError)),
  );
}

async function move(session: SandboxSession, node: { id?: unknown } | undefined): Promise<void> {
  const { id, label, mode: from } = await chosenSandbox(session, node);
  const items = modeSchema.options.filter((mode) => mode !== from);
  const mode = modeSchema.safeParse(
    await vscode.window.showQuickPick(items, { title: `Move ${label} from ${from} mode to` }),
  );
  if (!mode.success) return;
  const isRisky = from === 'isolation' && mode.data === 'development';
  const question = `${label} will have its folder and the network without being asked. Have you read it?`;
  if (isRisky && !(await vscode.window.showWarningMessage(question, { modal: true }, 'Move'))) return;
  await (await session.host()).request('sandbox/move', { id, mode: mode.data, confirmed: isRisky });
}

async function revoke(session: SandboxSession): Promise<void> {
  const host = await session.host();
  const { permissions } = await host.request('permission/list', {});
  const items = permissions.map((permission) => ({
    label: `${permission.allowed ? '$(check)' : '$(circle-slash)'} ${permission.operation} ${permission.resource}`,
    description: permission.label,
    detail: permission.until ? `until ${new Date(permission.until).toLocaleTimeString()}` : 'until the host ends',
    permission,
  }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage('Nothing was allowed or refused since the host has started.');
    return;
  }
  const title = 'Take back: the next request asks again';
  const chosen = await vscode.window.showQuickPick(items, { title, canPickMany: true });
  for (const { permission } of chosen ?? []) {
    const { label, operation, resource } = permission;
    await host.request('permission/revoke', { label, operation, resource });
  }
}
