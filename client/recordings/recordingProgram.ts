import { execFile } from 'node:child_process';
import * as vscode from 'vscode';
import { ApexError } from '../../protocol/errors.ts';
import { type KeptRecording, keptRecordingsSchema } from '../../protocol/recordings.ts';
import { findPinnedNode, plainEnvironment } from '../../runtime/findNode.ts';
import { programPath } from '../../runtime/programs.ts';

const MOST_OUTPUT = 64 * 1024 * 1024;

/**
 * `apex recording ...` in a process of its own: what is known of recordings is read there, not in the editor.
 * @throws ApexError as the command line reports it
 */
export function recordingProgram(...words: string[]): Promise<unknown> {
  const nodePath = vscode.workspace.getConfiguration('apex').get<string>('nodePath') || undefined;
  const args = [programPath('cli.mjs'), 'recording', ...words, '--json'];
  const options = { env: plainEnvironment(), maxBuffer: MOST_OUTPUT };
  return new Promise((resolve, reject) => {
    execFile(findPinnedNode(nodePath).path, args, options, (failure, stdout, stderr) => {
      const answer = parse(stdout);
      const { error } = (answer ?? {}) as { error?: { code: string; message: string; advice?: string } };
      if (error) reject(new ApexError(error.code, error.message, error.advice));
      else if (failure && answer === undefined) reject(new ApexError('internal', stderr.trim() || failure.message));
      else resolve(answer);
    });
  });
}

/** Recordings of a folder, newest first; none when there is no such folder yet. */
export async function listRecordings(folder: string): Promise<KeptRecording[]> {
  try {
    return keptRecordingsSchema.parse(await recordingProgram('list', folder));
  } catch (error) {
    if (error instanceof ApexError && error.code === 'folder-not-found') return [];
    throw error;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
