import * as vscode from 'vscode';
import type { SandboxInfo } from '../../protocol/sandbox.ts';
import { type LinkNode, linkItem } from './linkNodes.ts';
import type { SandboxSession } from './sandboxSession.ts';

const REFRESH_MS = 1000;
const ICONS: Record<SandboxInfo['status'], string> = {
  starting: 'loading~spin',
  running: 'play-circle',
  idle: 'circle-large-outline',
  ended: 'check',
};

/** The view "Sandboxes": what runs, with its use of time and memory, groups and bridges, and what to do about them. */
export function registerSandboxesView(session: SandboxSession): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const view = vscode.window.createTreeView<SandboxInfo | LinkNode>('apex.sandboxes', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: async (parent) => (parent ? [] : children(session)),
      getTreeItem: (node) => ('usage' in node ? treeItem(node) : linkItem(node)),
    },
  });
  // Usage moves while something runs; an idle view costs nothing.
  let timer: NodeJS.Timeout | undefined;
  const schedule = async () => {
    clearTimeout(timer);
    const busy = (await session.list()).some((sandbox) => sandbox.status !== 'ended');
    if (view.visible && busy) timer = setTimeout(() => refresh(), REFRESH_MS);
  };
  const refresh = () => {
    changed.fire();
    void schedule();
  };
  return vscode.Disposable.from(
    view,
    changed,
    session.onChanged(refresh),
    session.onEnded(refresh),
    session.onLinksChanged(refresh),
    view.onDidChangeVisibility(refresh),
    new vscode.Disposable(() => clearTimeout(timer)),
  );
}

/** Groups and bridges that run, and then every sandbox, the newest first. */
async function children(session: SandboxSession): Promise<(SandboxInfo | LinkNode)[]> {
  const { groups, bridges } = await session.links();
  const living = [
    ...groups.filter(({ status }) => status !== 'ended'),
    ...bridges.filter(({ status }) => status !== 'closed'),
  ];
  return [...living, ...(await session.list()).toReversed()];
}

function treeItem(sandbox: SandboxInfo): vscode.TreeItem {
  const { id, label, mode, status, usage, outcome, file, restarts, crossings = {}, alerts, suspended } = sandbox;
  const rows = Object.entries(crossings).map(([name, { count, denied }]) => `| ${name} | ${count} | ${denied} |`);
  const asked = Object.values(crossings).reduce((sum, { count }) => sum + count, 0);
  const failed = outcome && !outcome.ok && outcome.failure.code !== 'stopped';
  const item = new vscode.TreeItem(label);
  item.id = id;
  item.description = [
    ...[mode, failed ? outcome.failure.code : suspended ? 'suspended' : status],
    ...[`${usage.cpuMs} ms CPU`, `${usage.memoryMb} MiB`],
    ...(asked ? [`${asked} calls`] : []),
    ...(alerts ? [`${alerts} alerts`] : []),
  ].join(' · ');
  item.tooltip = new vscode.MarkdownString(
    [
      `**${label}** (${id})`,
      file,
      `Restarts: ${restarts}`,
      failed ? outcome.failure.message : '',
      rows.length ? ['| asked for | times | denied |', '| --- | --- | --- |', ...rows].join('\n') : '',
    ]
      .filter(Boolean)
      .join('\n\n'),
  );
  item.iconPath = new vscode.ThemeIcon(
    failed ? 'error' : alerts ? 'warning' : suspended ? 'debug-pause' : ICONS[status],
  );
  item.contextValue = status === 'ended' ? 'ended' : suspended ? 'running suspended' : 'running';
  item.command = { command: 'apex.showSandboxState', title: 'Show State', arguments: [{ id }] };
  item.accessibilityInformation = { label: `${label}, ${item.description}` };
  return item;
}
