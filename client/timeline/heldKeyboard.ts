import * as vscode from 'vscode';

/** Milliseconds after a stop in which a lost keyboard was taken by VS Code: it may take it more than once. */
const TAKING = 2000;
/** Requests by which somebody moves in time with VS Code's own keys and buttons. */
const steps = new Set(['next', 'stepIn', 'stepOut', 'stepBack', 'continue', 'reverseContinue', 'goto', 'restartFrame']);

/**
 * VS Code gives the editor the keyboard at each stop. Who travels from the timeline by keyboard stays in the timeline: the
 * next key would otherwise be typed into the program. That holds, whatever stops come, until somebody clicks into the editor
 * or steps from there. A key alone says nothing: it may have been meant for the timeline.
 */
export class HeldKeyboard implements vscode.Disposable {
  readonly #listeners: vscode.Disposable;
  #held = false;
  /** Keys reach the timeline. */
  #isHere = false;
  #stoppedAt = 0;

  constructor() {
    this.#listeners = vscode.Disposable.from(
      vscode.debug.onDidChangeActiveStackItem((item) => {
        if (!(item instanceof vscode.DebugStackFrame)) return;
        this.#stoppedAt = Date.now();
        this.#takeBack();
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

  /** The timeline has got the keyboard, or lost it. */
  moved(isHere: boolean): void {
    this.#isHere = isHere;
    if (!isHere && Date.now() - this.#stoppedAt < TAKING) this.#takeBack();
  }

  /** The debugger is asked for something. */
  asked(request: string): void {
    if (steps.has(request) && !this.#isHere) this.#held = false;
  }

  #takeBack(): void {
    if (this.#held) void vscode.commands.executeCommand('apex.timeline.focus');
  }

  dispose(): void {
    this.#listeners.dispose();
  }
}
