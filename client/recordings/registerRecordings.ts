import * as vscode from 'vscode';
import { DEBUG_TYPE } from '../../protocol/debug.ts';
import type { KeptRecording } from '../../protocol/recordings.ts';
import { showError } from '../showError.ts';
import { chooseRecording, openRecording } from './openRecording.ts';
import { recordingActions } from './recordingActions.ts';
import { registerRecordingEditor } from './recordingEditor.ts';
import { RecordingsTree, recordingFolder } from './recordingsTree.ts';
import { recordingLabel } from './recordingText.ts';

/** The recordings that sessions left: a view, its commands, and recordings that lie elsewhere. */
export function registerRecordings(context: vscode.ExtensionContext): void {
  const tree = new RecordingsTree();
  const view = vscode.window.createTreeView('apex.recordings', {
    treeDataProvider: tree,
    dragAndDropController: tree,
    canSelectMany: true,
  });
  let watched = false;
  const command = (name: string, run: (...args: never[]) => unknown) =>
    context.subscriptions.push(vscode.commands.registerCommand(name, run));

  for (const [name, action] of Object.entries(recordingActions)) {
    command(`apex.recordings.${name}`, async (clicked?: KeptRecording, all?: KeptRecording[]) => {
      const recording = clicked ?? view.selection[0];
      if (!recording) return;
      try {
        if (await action(recording, all ?? [recording])) tree.refresh();
      } catch (error) {
        await showError(error);
      }
    });
  }
  command('apex.recordings.open', async (clicked?: KeptRecording | vscode.Uri) => {
    if (clicked instanceof vscode.Uri) return openRecording(recordingFolder(clicked));
    const recording = clicked ?? view.selection[0];
    if (recording) return openRecording(recording.path, recordingLabel(recording));
    const chosen = await chooseRecording();
    if (chosen) await openRecording(chosen);
  });
  command('apex.recordings.refresh', () => tree.refresh());
  command('apex.openRecording', async (uri?: vscode.Uri) => {
    const path = uri ? recordingFolder(uri) : await chooseRecording();
    if (path) await openRecording(path);
  });
  command('apex.recordOpenFile', async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    await vscode.debug.startDebugging(folder, { type: DEBUG_TYPE, request: 'launch', name: 'Record Open File' });
  });
  context.subscriptions.push(
    tree,
    view,
    registerRecordingEditor(),
    // Nothing is read or watched before the view is seen.
    view.onDidChangeVisibility(({ visible }) => {
      if (!visible || watched) return;
      watched = true;
      tree.watch();
    }),
    vscode.debug.onDidTerminateDebugSession((session) => {
      if (session.type === DEBUG_TYPE && view.visible) tree.refresh();
    }),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (watched && change.affectsConfiguration('apex.recordings')) tree.watch();
    }),
  );
}
