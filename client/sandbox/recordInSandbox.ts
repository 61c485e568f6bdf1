import { spawn } from 'node:child_process';
import { basename, extname, join } from 'node:path';
import * as vscode from 'vscode';
import { ApexError } from '../../protocol/errors.ts';
import { findPinnedNode, plainEnvironment } from '../../runtime/findNode.ts';
import { programPath } from '../../runtime/programs.ts';
import { openRecording } from '../recordings/openRecording.ts';
import { shelfSettings } from '../recordings/shelfSettings.ts';
import { findPolicy } from './sandboxSession.ts';

/** Exit code of `apex run` for a program that could not be started: there is no recording of it. */
const NOT_STARTED = 2;

/**
 * Runs a file in an isolation-mode sandbox of its own, records it, and opens the past of the run in the debugger.
 * @param print gets what the program prints
 * @throws ApexError when it could not be started or recorded
 */
export async function recordInSandbox(file: string, print: (text: string) => void): Promise<void> {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file))?.uri;
  const policy = await findPolicy(folder);
  const out = join(shelfSettings().folder, recordingName(file));
  const words = ['run', file, '--record', out, ...(policy ? ['--policy', policy] : [])];
  const { code, said } = await runApex(words, print);
  if (code === NOT_STARTED) {
    throw new ApexError('record-failed', said.trim().replace(/^apex: /, '') || 'The run could not be recorded.');
  }
  await openRecording(out, `${basename(file)} in a sandbox`);
}

/** When and what, as the recordings of debug sessions are named. */
function recordingName(file: string): string {
  const when = new Date().toISOString().replace(/\.\d+Z$/, '');
  const what = basename(file, extname(file)).replace(/[^\w.-]+/g, '_');
  return `${when.replace(/[-:]/g, '').replace('T', '-')}-sandbox-${what.slice(0, 40)}`;
}

function runApex(words: string[], print: (text: string) => void): Promise<{ code: number; said: string }> {
  const setting = vscode.workspace.getConfiguration('apex').get<string>('nodePath') || undefined;
  const child = spawn(findPinnedNode(setting).path, [programPath('cli.mjs'), ...words], {
    env: plainEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', print);
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000);
    print(text);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? NOT_STARTED, said }));
  });
}
