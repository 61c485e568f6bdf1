import { basename } from 'node:path';
import * as vscode from 'vscode';
import { timeRequests } from '../../protocol/debug.ts';
import { type BranchDifference, outcomeText } from './branches.ts';

const RECORDED = 'apex-recorded';
const COMPARE = 'Compare';

/** Runs the program once more in a branch, with the sources as they are now in the editor, saved or not. */
export async function runChangedSource(session: vscode.DebugSession): Promise<void> {
  const { changed, stands, difference } = (await session.customRequest(timeRequests.whatIfSource, {
    texts: unsavedTexts(),
    enter: true,
  })) as { changed: string[]; stands: boolean; difference?: BranchDifference };
  await vscode.commands.executeCommand('workbench.debug.action.focusRepl');
  const outcome = difference ? outcomeText(difference).split('\n')[0] : 'everything else goes as recorded';
  // Where the program stands at the difference, the editor shows it.
  const text = `With the changed ${changed.map((path) => basename(path)).join(', ')}: ${outcome}.`;
  const choice = stands ? undefined : await vscode.window.showInformationMessage(text, COMPARE);
  if (choice === COMPARE) await compare(session, vscode.Uri.file(changed[0]!));
}

/** Shows a file beside what it was when the program was recorded. */
export async function compareWithRecorded(session: vscode.DebugSession, argument: unknown): Promise<void> {
  const uri = argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
  if (uri?.scheme === 'file') await compare(session, uri);
}

async function compare(session: vscode.DebugSession, uri: vscode.Uri): Promise<void> {
  const recorded = uri.with({ scheme: RECORDED, query: session.id });
  const title = `${basename(uri.fsPath)} (recorded ↔ now)`;
  await vscode.commands.executeCommand('vscode.diff', recorded, uri, title);
}

/** Texts as they were recorded, for the left side of a comparison. */
export function registerRecordedTexts(context: vscode.ExtensionContext): void {
  const sessions = new Map<string, vscode.DebugSession>();
  context.subscriptions.push(
    vscode.debug.onDidStartDebugSession((session) => void sessions.set(session.id, session)),
    vscode.debug.onDidTerminateDebugSession((session) => void sessions.delete(session.id)),
    vscode.workspace.registerTextDocumentContentProvider(RECORDED, {
      async provideTextDocumentContent(uri) {
        const { fsPath: path } = vscode.Uri.file(uri.path);
        const text = unsavedTexts().find((one) => one.path === path)?.text;
        const answer = await sessions.get(uri.query)?.customRequest(timeRequests.recordedSource, { path, text });
        return (answer as { content: string } | undefined)?.content;
      },
    }),
  );
}

function unsavedTexts(): { path: string; text: string }[] {
  return vscode.workspace.textDocuments
    .filter(({ isDirty, uri }) => isDirty && uri.scheme === 'file')
    .map((document) => ({ path: document.uri.fsPath, text: document.getText() }));
}
