import * as vscode from 'vscode';

/**
 * VS Code gives the editor the keyboard at each stop. Who travels from the timeline by keyboard stays in the timeline: the
 * next key would otherwise be typed into the program. That holds, whatever stops come, until somebody goes to the editor.
 */
export class HeldKeyboard implements vscode.Disposable {
  readonly #listeners: vscode.Disposable;
  #held = false;
  /** Keys reach the timeline. Those that reach the editor before they do again say nothing about where somebody wants to be. */
  #isBack = false;

  constructor() {
    this.#listeners = vscode.Disposable.from(
      vscode.debug.onDidChangeActiveStackItem((item) => {
        if (item instanceof vscode.DebugStackFrame) void this.#takeBack();
      }),
      vscode.window.onDidChangeTextEditorSelection(({ kind }) => {
        const { Mouse, Keyboard } = vscode.TextEditorSelectionChangeKind;
        if (kind === Mouse || (kind === Keyboard && this.#isBack)) this.#held = false;
      }),
    );
  }

  /** A journey begins from the timeline, by a key or not. */
  begins(byKey: boolean): void {
    this.#held = byKey;
    this.#isBack = byKey;
  }

  /** The timeline has the keyboard. */
  returned(): void {
    this.#isBack = true;
  }

  async #takeBack(): Promise<void> {
    if (!this.#held) return;
    this.#isBack = false;
    await vscode.commands.executeCommand('apex.timeline.focus');
  }

  dispose(): void {
    this.#listeners.dispose();
  }
}
