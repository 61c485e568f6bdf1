import * as vscode from 'vscode';
import { DEBUG_TYPE, timeRequests } from '../../protocol/debug.ts';
import { showError } from '../showError.ts';

interface Part {
  axis: 'time' | 'steps';
  from: number;
  to: number;
}

/** The parts of recordings that questions keep to: they stand in the status bar until they are given up. */
export class Focus {
  /** In words, by the session's id. */
  readonly #parts = new Map<string, string>();
  readonly #item = vscode.window.createStatusBarItem('apex.focus', vscode.StatusBarAlignment.Left, 49);

  constructor() {
    this.#item.name = 'Apex: Part That Questions Keep To';
    this.#item.command = 'apex.clearFocus';
  }

  /** Has the questions of a session keep to a part of its recording, or to the whole of it again. */
  async set(session: vscode.DebugSession, part: Part | undefined): Promise<void> {
    const { axis, from = 0, to = 0 } = part ?? {};
    const steps = { from: Math.ceil(from), to: Math.floor(to) };
    const args = !axis ? {} : axis === 'time' ? { fromTime: from, toTime: to } : steps;
    const focus = (await session.customRequest(timeRequests.focus, args)) as { from?: string; to?: string };
    const count = (step: string) => Number(step).toLocaleString('en-US');
    if (focus.from && focus.to) this.#parts.set(session.id, `steps ${count(focus.from)} to ${count(focus.to)}`);
    else this.#parts.delete(session.id);
    this.show();
  }

  /** What is to be said of the session that is looked at. */
  show(): void {
    const session = vscode.debug.activeDebugSession;
    const part = session && this.#parts.get(session.id);
    void vscode.commands.executeCommand('setContext', 'apex.focused', part !== undefined);
    if (!part) return this.#item.hide();
    this.#item.text = `$(filter) only ${part}`;
    this.#item.tooltip =
      'Questions (times of a line, history, who wrote this, output, profile, logpoints) keep to this part. Click to ask about the whole recording.';
    this.#item.show();
  }

  ended(session: vscode.DebugSession): void {
    this.#parts.delete(session.id);
    this.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}

/** `changed`: the session's part has been given up outside of the panel. */
export function registerFocus(context: vscode.ExtensionContext, changed: () => void): Focus {
  const focus = new Focus();
  context.subscriptions.push(
    focus,
    vscode.commands.registerCommand('apex.clearFocus', async () => {
      const session = vscode.debug.activeDebugSession;
      if (session?.type !== DEBUG_TYPE) return;
      await focus.set(session, undefined).catch(showError);
      changed();
    }),
    vscode.debug.onDidChangeActiveDebugSession(() => focus.show()),
    vscode.debug.onDidTerminateDebugSession((session) => focus.ended(session)),
  );
  return focus;
}
