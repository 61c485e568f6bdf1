import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { KeptRecording } from '../../protocol/recordings.ts';
import { recordingProgram } from './recordingProgram.ts';
import { recordingLabel } from './recordingText.ts';

/** What can be done with recordings of the tree. Each gives false when the user thought better of it. */
export const recordingActions = {
  async rename(recording: KeptRecording): Promise<boolean> {
    const title = await vscode.window.showInputBox({
      title: 'Rename Recording',
      prompt: 'Its title in this view. Empty: the name of its program.',
      value: recordingLabel(recording),
    });
    if (title === undefined) return false;
    await recordingProgram('note', recording.path, '--title', title.trim());
    return true;
  },

  async annotate(recording: KeptRecording): Promise<boolean> {
    const note = await vscode.window.showInputBox({
      title: `Note on ${recordingLabel(recording)}`,
      prompt: 'What is to be seen in it? Shown when the mouse rests on it, and kept in its folder.',
      value: recording.notes.note,
    });
    if (note === undefined) return false;
    await recordingProgram('note', recording.path, '--text', note.trim());
    return true;
  },

  async pin(recording: KeptRecording): Promise<boolean> {
    await recordingProgram('note', recording.path, '--pin');
    return true;
  },

  async unpin(recording: KeptRecording): Promise<boolean> {
    await recordingProgram('note', recording.path, '--unpin');
    return true;
  },

  async export(recording: KeptRecording): Promise<boolean> {
    const [target] =
      (await vscode.window.showOpenDialog({
        title: `Export ${recordingLabel(recording)}`,
        openLabel: 'Export Here',
        canSelectFolders: true,
        canSelectFiles: false,
      })) ?? [];
    if (!target) return false;
    const { path } = (await recordingProgram('copy', recording.path, target.fsPath)) as { path: string };
    const reveal = 'Reveal';
    void vscode.window.showInformationMessage(`Exported as ${basename(path)}.`, reveal).then((choice) => {
      if (choice === reveal) void vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(path));
    });
    return false;
  },

  async delete(recording: KeptRecording, all: readonly KeptRecording[] = [recording]): Promise<boolean> {
    const question =
      all.length === 1 ? `Delete the recording "${recordingLabel(all[0]!)}"?` : `Delete ${all.length} recordings?`;
    const detail = 'What it recorded cannot be brought back.';
    const choice = await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Delete');
    if (choice !== 'Delete') return false;
    await recordingProgram('delete', ...all.map(({ path }) => path));
    return true;
  },

  async reveal(recording: KeptRecording): Promise<boolean> {
    await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(recording.path));
    return false;
  },
};
