import * as vscode from 'vscode';
import { DEBUG_TYPE } from '../../protocol/debug.ts';

interface Message {
  type: string;
  event?: string;
  body?: { description?: string; live?: boolean };
}

/** Says in the status bar where in time the session is: being recorded, or at which moment of the past. */
export function registerTimePosition(context: vscode.ExtensionContext): void {
  const item = vscode.window.createStatusBarItem('apex.time', vscode.StatusBarAlignment.Left, 50);
  item.name = 'Apex: Position in Time';
  const show = (text: string, tooltip: string, past: boolean) => {
    item.text = text;
    item.tooltip = tooltip;
    item.command = past ? 'apex.goToPoint' : undefined;
    item.backgroundColor = past ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    item.show();
    void vscode.commands.executeCommand('setContext', 'apex.inPast', past);
  };
  const told = (message: Message) => {
    if (message.type !== 'event') return;
    if (message.event === 'process' || message.body?.live) {
      show('$(record) Recording', 'Press Pause to look at the past, Stop to end the program.', false);
    }
    if (message.event === 'stopped' && message.body?.description) {
      const [, ...position] = message.body.description.split(' · ');
      show(`$(history) ${position.join(' · ')}`, 'Click to travel to another step.', true);
    }
  };
  const hide = () => {
    item.hide();
    void vscode.commands.executeCommand('setContext', 'apex.inPast', false);
  };
  context.subscriptions.push(
    item,
    vscode.debug.registerDebugAdapterTrackerFactory(DEBUG_TYPE, {
      createDebugAdapterTracker: () => ({ onDidSendMessage: told, onWillStopSession: hide, onExit: hide }),
    }),
  );
}
