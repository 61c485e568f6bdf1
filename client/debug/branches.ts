import * as vscode from 'vscode';
import { timeRequests } from '../../protocol/debug.ts';

/** What a changed program did first that was not recorded. */
export type BranchDifference =
  | { kind: 'output'; printed: string; recorded: string }
  | { kind: 'error'; thrown: string; recorded: string }
  | { kind: 'crossing'; reason: string };

interface Branch {
  id: number;
  name: string;
  from: { label: string };
  difference?: BranchDifference;
  stands: boolean;
  current: boolean;
}

const RENAME: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('edit'), tooltip: 'Rename' };
const CLOSE: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('close'), tooltip: 'Close' };

/** Lists the what-if branches of a session: Enter goes to one, its buttons rename and close it. */
export async function chooseBranch(session: vscode.DebugSession): Promise<void> {
  const list = async () => ((await session.customRequest(timeRequests.branches)) as { branches: Branch[] }).branches;
  const branches = await list();
  if (branches.length === 0) {
    const text = 'There is no branch yet: change a variable in the past, or run "Apex: What If…".';
    void vscode.window.showInformationMessage(text);
    return;
  }
  const picker = vscode.window.createQuickPick<vscode.QuickPickItem & { branch: Branch }>();
  picker.title = 'What-If Branches';
  picker.placeholder = 'Go to the first difference of a branch';
  picker.items = branches.map(toItem);
  picker.onDidAccept(async () => {
    const branch = picker.selectedItems[0]?.branch;
    picker.hide();
    if (branch) await tell(session.customRequest(timeRequests.enterBranch, { branch: branch.id }));
  });
  picker.onDidTriggerItemButton(async ({ button, item: { branch } }) => {
    if (button === RENAME) {
      const name = await vscode.window.showInputBox({ title: 'Name of the Branch', value: branch.name });
      if (name) await tell(session.customRequest(timeRequests.renameBranch, { branch: branch.id, name }));
      return;
    }
    await tell(session.customRequest(timeRequests.closeBranch, { branch: branch.id }));
    picker.items = (await list()).map(toItem);
    if (picker.items.length === 0) picker.hide();
  });
  picker.onDidHide(() => picker.dispose());
  picker.show();
}

function toItem(branch: Branch): vscode.QuickPickItem & { branch: Branch } {
  const { name, from, difference, stands, current } = branch;
  const icon = current ? '$(debug-stackframe) ' : '';
  const outcome = difference ? outcomeText(difference) : 'goes as recorded';
  return {
    label: `${icon}${name}`,
    description: `from ${from.label}`,
    detail: stands ? outcome : `${outcome}; ran to its end`,
    buttons: [RENAME, CLOSE],
    branch,
  };
}

export function outcomeText(difference: BranchDifference): string {
  if (difference.kind === 'crossing') return difference.reason;
  if (difference.kind === 'error') return `ends with ${difference.thrown.split('\n')[0] || 'no error'}`;
  const { printed, recorded } = difference;
  return `prints ${JSON.stringify(printed.trimEnd())} instead of ${JSON.stringify(recorded.trimEnd())}`;
}

async function tell(request: Thenable<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}
