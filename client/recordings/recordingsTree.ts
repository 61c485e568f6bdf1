import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { KeptRecording } from '../../protocol/recordings.ts';
import { showError } from '../showError.ts';
import { listRecordings, recordingProgram } from './recordingProgram.ts';
import { recordingLabel, recordingLine, recordingTooltip } from './recordingText.ts';
import { shelfSettings } from './shelfSettings.ts';

const URI_LIST = 'text/uri-list';

/** The recordings of the shelf as a tree; recordings that are dropped on it are copied to the shelf. */
export class RecordingsTree
  implements vscode.TreeDataProvider<KeptRecording>, vscode.TreeDragAndDropController<KeptRecording>, vscode.Disposable
{
  readonly dropMimeTypes = [URI_LIST];
  readonly dragMimeTypes = [URI_LIST];
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  #watcher: vscode.FileSystemWatcher | undefined;

  refresh(): void {
    this.#changed.fire();
  }

  /** Follows the folder of the settings: what the command line records there appears by itself. */
  watch(): void {
    this.#watcher?.dispose();
    const pattern = new vscode.RelativePattern(vscode.Uri.file(shelfSettings().folder), '*/{recording,notes}.json');
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    watcher.onDidCreate(() => this.refresh());
    watcher.onDidChange(() => this.refresh());
    watcher.onDidDelete(() => this.refresh());
    this.#watcher = watcher;
    this.refresh();
  }

  async getChildren(parent?: KeptRecording): Promise<KeptRecording[]> {
    if (parent) return [];
    try {
      const found = await listRecordings(shelfSettings().folder);
      return [...found.filter(({ notes }) => notes.pinned), ...found.filter(({ notes }) => !notes.pinned)];
    } catch (error) {
      void showError(error);
      return [];
    }
  }

  getTreeItem(recording: KeptRecording): vscode.TreeItem {
    const { path, metadata, notes } = recording;
    const item = new vscode.TreeItem(recordingLabel(recording));
    item.id = path;
    item.resourceUri = vscode.Uri.file(path);
    item.description = recordingLine(recording);
    item.tooltip = new vscode.MarkdownString(recordingTooltip(recording));
    item.iconPath = new vscode.ThemeIcon(iconOf(recording));
    item.contextValue = `recording${metadata ? ' open' : ''}${notes.pinned ? ' pinned' : ' unpinned'}`;
    item.accessibilityInformation = { label: `${item.label}, ${item.description}${notes.pinned ? ', pinned' : ''}` };
    if (metadata) item.command = { command: 'apex.recordings.open', title: 'Open', arguments: [recording] };
    return item;
  }

  handleDrag(dragged: readonly KeptRecording[], data: vscode.DataTransfer): void {
    const uris = dragged.map(({ path }) => vscode.Uri.file(path).toString());
    data.set(URI_LIST, new vscode.DataTransferItem(uris.join('\r\n')));
  }

  async handleDrop(_target: KeptRecording | undefined, data: vscode.DataTransfer): Promise<void> {
    const text = (await data.get(URI_LIST)?.asString()) ?? '';
    for (const line of text.split(/\r?\n/).filter((one) => one && !one.startsWith('#'))) {
      await this.add(recordingFolder(vscode.Uri.parse(line)));
    }
  }

  /** Copies a recording to the shelf, unless it is there already. */
  async add(path: string): Promise<void> {
    const { folder } = shelfSettings();
    if (dirname(path) === folder) return;
    try {
      await recordingProgram('copy', path, folder);
      this.refresh();
    } catch (error) {
      void showError(error);
    }
  }

  dispose(): void {
    this.#watcher?.dispose();
    this.#changed.dispose();
  }
}

/** A recording is its folder; its `recording.json` stands for it. */
export function recordingFolder(uri: vscode.Uri): string {
  return uri.path.endsWith('/recording.json') ? dirname(uri.fsPath) : uri.fsPath;
}

function iconOf({ metadata, notes }: KeptRecording): string {
  if (notes.pinned) return 'pinned';
  if (!metadata) return 'warning';
  if (!metadata.ended) return 'record';
  return metadata.ended.code === 0 ? 'pass' : 'error';
}
