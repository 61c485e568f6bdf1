import * as vscode from 'vscode';
import { DEBUG_TYPE, timeRequests } from '../../protocol/debug.ts';
import { showError } from '../showError.ts';
import { chooseBranch } from './branches.ts';
import { compareWithRecorded, registerRecordedTexts, runChangedSource } from './changedSource.ts';
import { askExpression, expressionOf, frameId } from './expressionAtCursor.ts';
import { pickFromHistory } from './historyPick.ts';
import { plainLabel } from './plainLabel.ts';

/** A moment as the adapter lists it. */
interface Moment {
  point: string;
  label: string;
}

/** Moves in time for which the Debug Adapter Protocol has no request of its own. */
export function registerTimeCommands(context: vscode.ExtensionContext): void {
  const command = (name: string, run: (session: vscode.DebugSession, argument: unknown) => Promise<unknown>) =>
    context.subscriptions.push(
      vscode.commands.registerCommand(name, async (argument: unknown) => {
        const session = vscode.debug.activeDebugSession;
        if (session?.type !== DEBUG_TYPE) {
          void vscode.window.showInformationMessage('Start debugging with Apex first: the command needs a recording.');
          return;
        }
        try {
          await run(session, argument);
        } catch (error) {
          void showError(error);
        }
      }),
    );
  command('apex.reverseStepOver', async (session) => session.customRequest(timeRequests.reverseStepOver));
  command('apex.reverseStepInto', async (session) => session.customRequest(timeRequests.reverseStepInto));
  command('apex.reverseStepOut', async (session) => session.customRequest(timeRequests.reverseStepOut));
  command('apex.goToPoint', goToPoint);
  command('apex.whoWroteThis', (session, argument) => goToWrite(session, argument, timeRequests.lastWrite));
  command('apex.whoWritesThisNext', (session, argument) => goToWrite(session, argument, timeRequests.nextWrite));
  command('apex.whereRegistered', async (session) =>
    session.customRequest(timeRequests.registration, { frameId: frameId() }),
  );
  command('apex.historyOfValue', historyOfValue);
  command('apex.timesOfLine', timesOfLine);
  command('apex.goToOutput', goToOutput);
  command('apex.whatIf', whatIf);
  command('apex.branches', chooseBranch);
  command('apex.runChangedSource', runChangedSource);
  command('apex.compareWithRecorded', compareWithRecorded);
  registerRecordedTexts(context);
}

async function goToPoint(session: vscode.DebugSession): Promise<void> {
  const text = await vscode.window.showInputBox({
    title: 'Go to Step',
    prompt: 'Number of the step to travel to, or a part of the recording such as 50%.',
    validateInput: (value) => (/^\s*\d[\d,.]*\s*%?\s*$/.test(value) ? undefined : 'A number, or a number with %.'),
  });
  if (text !== undefined) await travel(session, text.replace(/[\s,]/g, ''));
}

async function goToWrite(session: vscode.DebugSession, argument: unknown, request: string): Promise<void> {
  const expression = expressionOf(argument) ?? (await askExpression('Who wrote this?'));
  if (expression) await session.customRequest(request, { expression, frameId: frameId() });
}

async function historyOfValue(session: vscode.DebugSession, argument: unknown): Promise<void> {
  const expression = expressionOf(argument) ?? (await askExpression('History of this value'));
  if (!expression) return;
  const point = await pickFromHistory(session, { expression, frameId: frameId() });
  if (point) await travel(session, point);
}

async function timesOfLine(session: vscode.DebugSession): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return;
  const asked = { path: editor.document.uri.fsPath, line: editor.selection.active.line + 1 };
  const expression = expressionOf(undefined);
  const { visits } = await visitsWith(session, asked, expression);
  const items = visits.map(({ point, label, values }, index) => ({
    label: values ? plainLabel(`${values[0]}`) : label,
    description: values ? `${label} · time ${index + 1}` : `time ${index + 1}`,
    point,
  }));
  const what = visits[0]?.values ? `${expression} each time that this line ran` : 'Times that this line ran';
  await choose(session, items, what, 'This line never ran in the recording.');
}

/** With the value of what the cursor is in, where that is an expression that means something on the line. */
async function visitsWith(
  session: vscode.DebugSession,
  asked: { path: string; line: number },
  expression: string | undefined,
): Promise<{ visits: (Moment & { values?: string[] })[] }> {
  if (expression) {
    try {
      const found = await session.customRequest(timeRequests.visits, { ...asked, expressions: [expression] });
      const visits = found.visits as (Moment & { values?: string[] })[];
      if (visits.some(({ values }) => values && !values[0]?.startsWith('<'))) return { visits };
    } catch {
      // A keyword, for example.
    }
  }
  return session.customRequest(timeRequests.visits, asked);
}

async function goToOutput(session: vscode.DebugSession): Promise<void> {
  const { outputs } = (await session.customRequest(timeRequests.output, {})) as {
    outputs: (Moment & { text: string })[];
  };
  const items = outputs.map(({ point, label, text }) => ({
    label: plainLabel(text.trimEnd()),
    description: label,
    point,
  }));
  await choose(session, items, 'Go to the moment that printed', 'The program printed nothing.');
}

async function whatIf(session: vscode.DebugSession): Promise<void> {
  const change = await vscode.window.showInputBox({
    title: 'What If',
    prompt: 'A change to try at this moment, for example total = 5. The recording stays as it is.',
  });
  if (!change) return;
  await session.customRequest(timeRequests.whatIf, { change, frameId: frameId(), enter: true });
  await vscode.commands.executeCommand('workbench.debug.action.focusRepl');
}

async function choose(
  session: vscode.DebugSession,
  items: (vscode.QuickPickItem & { point: string })[],
  title: string,
  none: string,
): Promise<void> {
  if (!items.length) {
    void vscode.window.showInformationMessage(none);
    return;
  }
  const chosen = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  if (chosen) await travel(session, chosen.point);
}

async function travel(session: vscode.DebugSession, point: string): Promise<void> {
  await session.customRequest(timeRequests.goToPoint, { point });
}
