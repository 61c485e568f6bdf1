import * as vscode from 'vscode';

/**
 * VS Code gives the editor the keyboard at each stop. Who travels from the timeline by keyboard stays in the timeline: the
 * next key would otherwise be typed into the program.
 */
export class HeldKeyboard implements vscode.Disposable {
  readonly #moves: () => boolean;
  readonly #listeners: vscode.Disposable;
  #held = false;

  /** @param moves whether time moves by itself: there will be more stops */
  constructor(moves: () => boolean) {
    this.#moves = moves;
    this.#listeners = vscode.Disposable.from(
      vscode.debug.onDidChangeActiveStackItem((item) => {
        if (item instanceof vscode.DebugStackFrame) void this.#takeBack();
      }),
      vscode.window.onDidChangeTextEditorSelection(({ kind }) => {
        if (kind === vscode.TextEditorSelectionChangeKind.Mouse) this.#held = false;
      }),
    );
  }

  /** A journey begins from the timeline, by a key or not. */
  begins(byKey: boolean): void {
    this.#held = byKey;
  }

  async #takeBack(): Promise<void> {
    if (!this.#held) return;
    this.#held = this.#moves();
    await vscode.commands.executeCommand('apex.timeline.focus');
  }

  dispose(): void {
    this.#listeners.dispose();
  }
}
