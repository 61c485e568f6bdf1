import * as vscode from 'vscode';

/** What the variables view hands to a command of its context menu. */
interface VariableContext {
  variable?: { name: string; evaluateName?: string };
}

/** The variable that was clicked, else the selection or the name at the cursor. */
export function expressionOf(argument: unknown): string | undefined {
  const variable = (argument as VariableContext | undefined)?.variable;
  if (variable) return variable.evaluateName ?? variable.name;
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  if (!editor.selection.isEmpty) return editor.document.getText(editor.selection);
  const range = editor.document.getWordRangeAtPosition(
    editor.selection.active,
    /[\p{ID_Start}$_][\p{ID_Continue}$.]*/u,
  );
  return range && editor.document.getText(range.with(undefined, endOfName(editor, range)));
}

/** `a.b.c` up to the name that the cursor is in. */
function endOfName({ document, selection }: vscode.TextEditor, range: vscode.Range): vscode.Position {
  const text = document.getText(range);
  const cursor = selection.active.character - range.start.character;
  const dot = text.indexOf('.', cursor);
  return dot < 0 ? range.end : range.start.translate(0, dot);
}

export function askExpression(title: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({ title, prompt: 'A variable or property, for example order.total.' });
}

/** The frame that is selected in the call stack. */
export function frameId(): number | undefined {
  const item = vscode.debug.activeStackItem;
  return item instanceof vscode.DebugStackFrame ? item.frameId : undefined;
}
