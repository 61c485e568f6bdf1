import * as vscode from 'vscode';
import { DEBUG_TYPE } from '../../protocol/debug.ts';

interface Message {
  type: string;
  event?: string;
  body?: { description?: string; live?: boolean };
}

interface Position {
  text: string;
  tooltip: string;
  past: boolean;
  command?: string;
}

const RECORDING: Position = {
  text: '$(record) Recording',
  tooltip: 'Press Pause to look at the past, Stop to end the program.',
  past: false,
};

/** Says in the status bar where in time the session is: being recorded, or at which moment of the past. */
export function registerTimePosition(context: vscode.ExtensionContext): void {
  const item = vscode.window.createStatusBarItem('apex.time', vscode.StatusBarAlignment.Left, 50);
  item.name = 'Apex: Position in Time';
  /** What is to be said of each session: a child process stops beside the one that is looked at. */
  const known = new Map<string, Position>();
  const show = (session: vscode.DebugSession | undefined) => {
    const position = session && known.get(session.id);
    void vscode.commands.executeCommand('setContext', 'apex.inPast', position?.past ?? false);
    if (!position) return item.hide();
    item.text = position.text;
    item.tooltip = position.tooltip;
    item.command = position.command;
    item.backgroundColor = position.past ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    item.show();
  };
  const tell = (session: vscode.DebugSession, position: Position) => {
    known.set(session.id, position);
    const active = vscode.debug.activeDebugSession;
    if (!active || active.id === session.id) show(session);
  };
  const told = (session: vscode.DebugSession, message: Message) => {
    if (message.type !== 'event') return;
    if (message.event === 'process' || message.body?.live) tell(session, RECORDING);
    if (message.event === 'stopped' && message.body?.description) {
      const [, ...position] = message.body.description.split(' · ');
      const isBranch = position[0]?.startsWith('what-if: ') ?? false;
      const text = `${isBranch ? '$(beaker)' : '$(history)'} ${position.join(' · ')}`;
      const tooltip = isBranch
        ? 'Not the recording: what would have been. Any step leads back, a click lists the branches.'
        : 'Click to travel to another step.';
      tell(session, { text, tooltip, past: true, command: isBranch ? 'apex.branches' : 'apex.goToPoint' });
    }
  };
  const forget = (session: vscode.DebugSession) => {
    known.delete(session.id);
    show(vscode.debug.activeDebugSession);
  };
  context.subscriptions.push(
    item,
    vscode.debug.registerDebugAdapterTrackerFactory(DEBUG_TYPE, {
      createDebugAdapterTracker: (session) => ({
        onDidSendMessage: (message) => told(session, message),
        onWillStopSession: () => forget(session),
        onExit: () => forget(session),
      }),
    }),
    vscode.debug.onDidChangeActiveDebugSession(show),
  );
}
