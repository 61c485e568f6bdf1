import * as vscode from 'vscode';
import { ApexError } from '../../protocol/errors.ts';
import type { SandboxInfo } from '../../protocol/sandbox.ts';
import type { Snapshot, StateChange } from '../../protocol/sandboxState.ts';
import { plainText } from '../plainText.ts';
import { showError } from './runInSandbox.ts';
import type { SandboxSession } from './sandboxSession.ts';

type Node = { id?: unknown } | undefined;

/** Snapshots of declared state, and taking edits back: for the sandbox of a tree node, else the one that was started last. */
export function registerSnapshotCommands(session: SandboxSession): vscode.Disposable {
  const register = (command: string, action: (sandbox: SandboxInfo) => Promise<void>) =>
    vscode.commands.registerCommand(command, async (node: Node) => {
      try {
        await action(await chosenSandbox(session, node));
      } catch (error) {
        showError(error);
      }
    });
  return vscode.Disposable.from(
    register('apex.takeSnapshot', async ({ id, label }) => {
      const note = await vscode.window.showInputBox({ title: `Snapshot of ${label}`, prompt: 'A note (may be empty)' });
      if (note === undefined) return;
      const host = await session.host();
      const { states } = await host.request('state/snapshot', { id, ...(note && { note }) });
      vscode.window.setStatusBarMessage(`$(save) Snapshot of ${states.join(', ') || 'no state'}`, 5000);
    }),
    register('apex.restoreSnapshot', async ({ id, label }) => {
      const snapshot = await chosenSnapshot(session, label);
      if (!snapshot) return;
      const host = await session.host();
      const { missing } = await host.request('state/restore', { id, snapshot: snapshot.snapshot });
      if (missing.length > 0)
        void vscode.window.showWarningMessage(plainText(`${label} does not declare ${missing.join(', ')}.`));
    }),
    register('apex.compareSnapshot', async ({ id, label }) => {
      const snapshot = await chosenSnapshot(session, label);
      if (!snapshot) return;
      const host = await session.host();
      const { changes, more } = await host.request('state/diff', { from: snapshot.snapshot, to: id });
      await showChanges(`${title(snapshot)} → ${label} now`, changes, more);
    }),
    register('apex.undoStateEdit', async ({ id }) => {
      const { undo, redo } = await (await session.host()).request('state/undo', { id });
      vscode.window.setStatusBarMessage(`$(discard) ${undo} more to undo, ${redo} to redo`, 5000);
    }),
    register('apex.redoStateEdit', async ({ id }) => {
      await (await session.host()).request('state/undo', { id, redo: true });
    }),
  );
}

/** The sandbox of a tree node, else the one that was started last. @throws ApexError `no-such-sandbox` */
export async function chosenSandbox(session: SandboxSession, node: Node): Promise<SandboxInfo> {
  const sandboxes = await session.list();
  const living = sandboxes.filter(({ status }) => status !== 'ended');
  const found = typeof node?.id === 'string' ? sandboxes.find(({ id }) => id === node.id) : living.at(-1);
  if (found) return found;
  throw new ApexError('no-such-sandbox', 'No sandbox is running.', 'Run a file with "Apex: Run File in Sandbox".');
}

async function chosenSnapshot(session: SandboxSession, label: string): Promise<Snapshot | undefined> {
  const { snapshots } = await (await session.host()).request('state/snapshots', { label });
  if (snapshots.length === 0) {
    throw new ApexError('no-such-snapshot', `There is no snapshot of ${label}.`, 'Take one first.');
  }
  const items = snapshots.map((snapshot) => ({
    label: title(snapshot),
    description: snapshot.states.join(', '),
    snapshot,
  }));
  const choice = await vscode.window.showQuickPick(items, { title: `Snapshots of ${label}` });
  return choice?.snapshot;
}

function title({ takenAt, note }: Snapshot): string {
  return `${new Date(takenAt).toLocaleString()}${note ? `  ${note}` : ''}`;
}

async function showChanges(heading: string, changes: StateChange[], more: number): Promise<void> {
  const sign = { added: '+', removed: '-', changed: '!' };
  const lines = changes.map(({ path, kind, before, after }) => {
    const sides = [before, after].filter((side) => side !== undefined).map((side) => JSON.stringify(side));
    return `${sign[kind]} ${path.join('.')}: ${sides.join(' → ')}`;
  });
  const content = [heading, '', ...(lines.length ? lines : ['No difference.']), ...(more ? [`and ${more} more`] : [])];
  const document = await vscode.workspace.openTextDocument({ content: content.join('\n'), language: 'diff' });
  await vscode.window.showTextDocument(document, { preview: true });
}
