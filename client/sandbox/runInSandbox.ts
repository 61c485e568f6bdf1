import * as vscode from 'vscode';
import { toErrorReport } from '../../protocol/errors.ts';
import type { Failure, Outcome, SandboxInfo } from '../../protocol/sandbox.ts';
import { plainText } from '../plainText.ts';
import type { SandboxSession } from './sandboxSession.ts';

const RUNNABLE = /\.[cm]?[jt]s$/;

/** What the person sees of sandbox runs: one output channel, and an error message when a run ends badly. */
export class SandboxOutputView implements vscode.Disposable {
  readonly #channel = vscode.window.createOutputChannel('Apex Sandbox');
  readonly #sandboxes = new Map<string, SandboxInfo>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(session: SandboxSession) {
    this.#subscriptions = [
      session.onOutput(({ text }) => this.#channel.append(text)),
      session.onChanged((sandbox) => this.#sandboxes.set(sandbox.id, sandbox)),
      session.onEnded(({ id, outcome }) => this.#ended(id, outcome)),
    ];
  }

  begin(file: string): void {
    this.#channel.show(true);
    this.#channel.appendLine(`[${vscode.workspace.asRelativePath(file)}]`);
  }

  print(text: string): void {
    this.#channel.append(text);
  }

  dispose(): void {
    this.#channel.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #ended(id: string, outcome: Outcome): void {
    const sandbox = this.#sandboxes.get(id);
    this.#sandboxes.delete(id);
    if (outcome.ok) this.#channel.appendLine('[ended]');
    else this.#failed(outcome.failure, sandbox);
  }

  #failed(failure: Failure, sandbox: SandboxInfo | undefined): void {
    this.#channel.appendLine(failure.stack?.trim() ? failure.stack : `[${failure.message}]`);
    if (failure.code === 'stopped') return;
    const name = sandbox ? `${sandbox.label}: ` : '';
    const advice = failure.advice ? ` ${failure.advice}` : '';
    void vscode.window
      .showErrorMessage(plainText(`${name}${failure.message}`) + advice, 'Show Output')
      .then((choice) => {
        if (choice) this.#channel.show();
      });
  }
}

/** The file to run: the one a menu names, else the one in the editor. Says what to do when it cannot be run. */
export async function fileToRun(uri: vscode.Uri | undefined): Promise<string | undefined> {
  const document = uri ? await vscode.workspace.openTextDocument(uri) : documentInFront();
  if (document?.uri.scheme !== 'file' || !RUNNABLE.test(document.uri.path)) {
    void vscode.window.showWarningMessage('Open a JavaScript or TypeScript file from disk to run it in a sandbox.');
    return undefined;
  }
  if (document.isDirty) await document.save();
  return document.uri.fsPath;
}

/** The selected text of the editor in front and its file, beside which it runs: what it imports is found from there. */
export function selectionToRun(): { file: string; source: string } | undefined {
  const editor = vscode.window.activeTextEditor;
  const source = editor?.document.getText(editor.selection) ?? '';
  if (editor?.document.uri.scheme !== 'file' || !RUNNABLE.test(editor.document.uri.path) || !source.trim()) {
    void vscode.window.showWarningMessage('Select code in a JavaScript or TypeScript file from disk to run it.');
    return undefined;
  }
  return { file: editor.document.uri.fsPath, source };
}

/** While a panel has the focus no text editor is active: then the one beside it is meant. */
function documentInFront(): vscode.TextDocument | undefined {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const editor = activeTextEditor ?? visibleTextEditors.find(({ document }) => RUNNABLE.test(document.uri.path));
  return editor?.document;
}

/** Shows an error of ours with its advice. */
export function showError(thrown: unknown): void {
  const { message, advice } = toErrorReport(thrown);
  const text = plainText(message);
  void vscode.window.showErrorMessage(advice ? `${text} ${advice}` : text);
}
