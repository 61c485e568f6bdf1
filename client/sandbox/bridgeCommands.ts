import * as vscode from 'vscode';
import type { BridgeEnd, BridgeInfo, BridgeSpec } from '../../protocol/sandboxBridge.ts';
import { plainText } from '../plainText.ts';
import { showError } from './runInSandbox.ts';
import type { SandboxSession } from './sandboxSession.ts';

type Node = { bridge?: unknown } | undefined;

const DIRECTIONS = [
  { label: '$(arrow-right) push', description: 'from the first to the second', direction: 'push' },
  { label: '$(arrow-left) pull', description: 'from the second to the first', direction: 'pull' },
  { label: '$(arrow-swap) both', description: 'whoever changes it', direction: 'both' },
] as const;
const WHENS: { label: BridgeSpec['when']; description: string }[] = [
  { label: 'eager', description: 'with each change' },
  { label: 'lazy', description: 'when the receiver is next asked' },
  { label: 'periodic', description: 'every second' },
  { label: 'demand', description: 'when it is synchronised by hand' },
];

/** Bridges between declared states: opened from lists, synchronised and closed in the view "Sandboxes". */
export function registerBridgeCommands(session: SandboxSession): vscode.Disposable {
  const register = (command: string, action: (node: Node) => Promise<unknown>) =>
    vscode.commands.registerCommand(command, (node: Node) => action(node).catch(showError));
  const ask = (method: 'bridge/sync' | 'bridge/close') => async (node: Node) => {
    const bridge = typeof node?.bridge === 'string' ? node.bridge : await chosenBridge(session);
    if (!bridge) return;
    const { problem } = await (await session.host()).request(method, { bridge });
    if (problem && method === 'bridge/sync') void vscode.window.showWarningMessage(plainText(problem));
    session.refresh();
  };
  return vscode.Disposable.from(
    register('apex.bridgeStates', () => open(session)),
    register('apex.syncBridge', ask('bridge/sync')),
    register('apex.closeBridge', ask('bridge/close')),
  );
}

/** `sandbox-1 cart → host total`, for people. */
export function bridgeText({ spec }: BridgeInfo): string {
  const arrow = { push: '→', pull: '←', both: '↔' }[spec.direction];
  return `${endText(spec.from)} ${arrow} ${endText(spec.to)}`;
}

function endText(end: BridgeEnd): string {
  return 'host' in end ? `host ${end.host}` : `${end.sandbox} ${end.state}`;
}

async function open(session: SandboxSession): Promise<void> {
  const from = await chosenEnd(session, 'Bridge: the first state');
  const to = from && (await chosenEnd(session, `Bridge ${endText(from)} with`, from));
  if (!from || !to) return;
  const way = await vscode.window.showQuickPick(DIRECTIONS, { title: `${endText(from)} and ${endText(to)}: carried` });
  const when = way && (await vscode.window.showQuickPick(WHENS, { title: 'Carried when' }));
  if (!way || !when) return;
  const host = await session.host();
  const info = await host.request('bridge/open', { from, to, direction: way.direction, when: when.label });
  vscode.window.setStatusBarMessage(`$(link) ${bridgeText(info)}`, 5000);
  session.refresh();
}

/** A declared state of a sandbox that runs, or one that the host holds. */
async function chosenEnd(session: SandboxSession, title: string, other?: BridgeEnd): Promise<BridgeEnd | undefined> {
  const host = await session.host();
  const living = (await session.list()).filter(({ status }) => status !== 'ended');
  const items: (vscode.QuickPickItem & { end?: BridgeEnd })[] = [];
  for (const { id, label } of living) {
    const { roots } = await host.request('sandbox/readState', { id });
    for (const state of Object.keys(roots)) {
      items.push({ label: `$(database) ${state}`, description: `${label} (${id})`, end: { sandbox: id, state } });
    }
  }
  const { names } = await host.request('hostState/list', {});
  for (const name of names) {
    items.push({ label: `$(server) ${name}`, description: 'held by the host', end: { host: name } });
  }
  items.push({ label: '$(add) a state of the host…', description: 'for every sandbox, and kept' });
  const left = items.filter(({ end }) => !end || JSON.stringify(end) !== JSON.stringify(other));
  const chosen = await vscode.window.showQuickPick(left, { title });
  if (!chosen || chosen.end) return chosen?.end;
  const name = await vscode.window.showInputBox({ title: 'Name of the state', value: 'shared' });
  return name ? { host: name } : undefined;
}

async function chosenBridge(session: SandboxSession): Promise<string | undefined> {
  const { bridges } = await session.links();
  const items = bridges.map((info) => ({ label: bridgeText(info), description: info.status, bridge: info.bridge }));
  if (items.length === 0) void vscode.window.showInformationMessage('No bridge is open.');
  else return (await vscode.window.showQuickPick(items, { title: 'Bridges' }))?.bridge;
  return undefined;
}
