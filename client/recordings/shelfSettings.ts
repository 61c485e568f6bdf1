import * as vscode from 'vscode';
import { DEFAULT_SHELF, type Shelf } from '../../protocol/recordings.ts';
import { recordingsFolder } from '../../runtime/recordingsFolder.ts';

/** Where sessions keep their recordings, and how many, as the settings say. */
export function shelfSettings(): Shelf {
  const settings = vscode.workspace.getConfiguration('apex.recordings');
  const { most, mostMegabytes } = DEFAULT_SHELF;
  return {
    folder: settings.get<string>('folder') || recordingsFolder(),
    most: Math.max(1, settings.get('keep', most)),
    mostMegabytes: Math.max(1, settings.get('keepMegabytes', mostMegabytes)),
  };
}
