import * as vscode from 'vscode';
import type { GroupInfo } from '../../protocol/sandbox.ts';
import type { BridgeInfo } from '../../protocol/sandboxBridge.ts';
import { bridgeText } from './bridgeCommands.ts';

/** What stands below the sandboxes in their view. */
export type LinkNode = GroupInfo | BridgeInfo;

export function linkItem(node: LinkNode): vscode.TreeItem {
  return 'bridge' in node ? bridgeItem(node) : groupItem(node);
}

function bridgeItem(info: BridgeInfo): vscode.TreeItem {
  const { bridge, spec, status, carried, conflicts, dropped, problem } = info;
  const item = new vscode.TreeItem(bridgeText(info));
  item.id = bridge;
  item.description = [
    ...[spec.when, ...(status === 'open' ? [] : [status]), `${carried} carried`],
    ...(conflicts ? [`${conflicts} conflicts`] : []),
    ...(dropped ? [`${dropped} dropped`] : []),
  ].join(' · ');
  item.tooltip =
    problem ?? `Bridge ${bridge}, conflicts: ${typeof spec.conflict === 'string' ? spec.conflict : 'merge'}`;
  item.iconPath = new vscode.ThemeIcon(status === 'failed' ? 'error' : problem ? 'warning' : 'link');
  item.contextValue = status === 'open' ? 'bridge' : 'closed';
  item.accessibilityInformation = { label: `Bridge ${item.label}, ${item.description}` };
  return item;
}

function groupItem({ name, strategy, status, restarts, children, problem }: GroupInfo): vscode.TreeItem {
  const item = new vscode.TreeItem(name);
  item.id = `group ${name}`;
  item.description = [strategy, status, `${children.length} children`, `${restarts} restarts`].join(' · ');
  item.tooltip = [
    ...children.map((child) => `${child.name}: ${child.sandbox ?? 'ended'}, started ${child.starts} times`),
    problem ?? '',
  ]
    .join('\n')
    .trim();
  item.iconPath = new vscode.ThemeIcon(status === 'failed' ? 'error' : 'type-hierarchy');
  item.contextValue = status === 'running' ? 'group' : 'closed';
  item.accessibilityInformation = { label: `Group ${name}, ${item.description}` };
  return item;
}
