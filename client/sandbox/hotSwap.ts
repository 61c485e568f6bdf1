import * as vscode from 'vscode';
import { ApexError } from '../../protocol/errors.ts';
import type { SwapResult } from '../../protocol/sandboxModules.ts';
import { plainText } from '../plainText.ts';
import { showError } from './runInSandbox.ts';
import type { SandboxSession } from './sandboxSession.ts';

/** `Apex: Hot Swap`, and the same for a file that is saved when `apex.sandbox.hotSwapOnSave` says so. */
export function registerHotSwap(session: SandboxSession): vscode.Disposable {
  const swap = async (node?: { id?: unknown }) => {
    await vscode.workspace.saveAll(false);
    const ids = typeof node?.id === 'string' ? [node.id] : await runningIds(session);
    if (ids.length === 0) void vscode.window.showInformationMessage('No sandbox is running.');
    for (const id of ids) {
      try {
        tell(id, await session.swap(id));
      } catch (error) {
        showError(error);
      }
    }
  };
  return vscode.Disposable.from(
    vscode.commands.registerCommand('apex.hotSwap', swap),
    vscode.workspace.onDidSaveTextDocument((document) => void swapSaved(session, document)),
  );
}

async function swapSaved(session: SandboxSession, { uri }: vscode.TextDocument): Promise<void> {
  const isOn = vscode.workspace.getConfiguration('apex', uri).get<boolean>('sandbox.hotSwapOnSave');
  if (!isOn || uri.scheme !== 'file') return;
  for (const id of await runningIds(session)) {
    try {
      tell(id, await session.swap(id, [uri.fsPath]));
    } catch (error) {
      // A sandbox that does not use the file has nothing to replace.
      if (!(error instanceof ApexError && error.code === 'module-not-loaded')) showError(error);
    }
  }
}

async function runningIds(session: SandboxSession): Promise<string[]> {
  return (await session.list()).filter(({ status }) => status !== 'ended').map(({ id }) => id);
}

function tell(id: string, { swapped, removed, problems }: SwapResult): void {
  const names = swapped.map(({ url, version }) => `${url.replace('/app/', '')} (version ${version})`).join(', ');
  const notes = [...removed.map((name) => `${name} is gone`), ...problems];
  const text = names ? `Replaced in ${id}: ${names}.` : `No file that ${id} has loaded has changed.`;
  if (notes.length > 0) void vscode.window.showWarningMessage(plainText(`${text} ${notes.join('; ')}.`));
  else vscode.window.setStatusBarMessage(`$(sync) ${text}`, 8000);
}
