import * as vscode from 'vscode';
import { type Mode, modeSchema } from '../../protocol/sandbox.ts';

const DESCRIPTIONS: Record<Mode, string> = {
  isolation: 'Tight limits, nothing from outside unless a policy allows it',
  hybrid: 'Asks before a program reaches outside',
  development: 'For your own code: wide limits, its folder, the network',
};

/** The mode in which files are run, from the settings. */
export function currentMode(): Mode {
  const mode = modeSchema.safeParse(vscode.workspace.getConfiguration('apex').get('sandbox.mode'));
  return mode.success ? mode.data : 'hybrid';
}

/** The one item of the status bar: shown beside files that can be run; a click chooses another mode. */
export function registerModeStatus(): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('apex.mode', vscode.StatusBarAlignment.Right, 90);
  item.name = 'Apex Sandbox Mode';
  item.command = 'apex.selectSandboxMode';
  const show = () => {
    const mode = currentMode();
    item.text = `$(shield) ${mode}`;
    item.tooltip = `Apex runs files in ${mode} mode: ${DESCRIPTIONS[mode]}`;
    const language = vscode.window.activeTextEditor?.document.languageId ?? '';
    if (/^(java|type)script$/.test(language)) item.show();
    else item.hide();
  };
  show();
  return vscode.Disposable.from(
    item,
    vscode.window.onDidChangeActiveTextEditor(show),
    vscode.workspace.onDidChangeConfiguration(show),
    vscode.commands.registerCommand('apex.selectSandboxMode', selectMode),
  );
}

async function selectMode(): Promise<void> {
  const items = modeSchema.options.map((mode) => ({ label: mode, description: DESCRIPTIONS[mode] }));
  const choice = await vscode.window.showQuickPick(items, {
    title: 'Mode of new sandboxes',
    placeHolder: currentMode(),
  });
  if (!choice) return;
  const target = vscode.workspace.workspaceFolders
    ? vscode.ConfigurationTarget.Workspace
    : vscode.ConfigurationTarget.Global;
  await vscode.workspace.getConfiguration('apex').update('sandbox.mode', choice.label, target);
}
