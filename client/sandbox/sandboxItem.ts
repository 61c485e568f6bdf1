import * as vscode from 'vscode';
import type { SandboxInfo } from '../../protocol/sandbox.ts';

const ICONS: Record<SandboxInfo['status'], string> = {
  starting: 'loading~spin',
  running: 'play-circle',
  idle: 'circle-large-outline',
  ended: 'check',
};

/** What a row says beside the name, what is short and counts most first: a narrow view cuts off its end. */
export function rowText({ mode, status, usage, outcome, crossings = {}, alerts, suspended }: SandboxInfo): string {
  const failed = outcome && !outcome.ok && outcome.failure.code !== 'stopped';
  const asked = Object.values(crossings).reduce((sum, { count }) => sum + count, 0);
  return [
    ...[mode, failed ? outcome.failure.code : suspended ? 'suspended' : status],
    ...(alerts ? [counted(alerts, 'alert')] : []),
    ...(asked ? [counted(asked, 'call')] : []),
    ...[`${(usage.cpuMs / 1000).toFixed(1)} s`, `${Math.round(usage.memoryMb)} MiB`],
  ].join(' · ');
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** The row of a sandbox. */
export function sandboxItem(sandbox: SandboxInfo): vscode.TreeItem {
  const { id, label, status, outcome, alerts, suspended } = sandbox;
  const failed = outcome && !outcome.ok && outcome.failure.code !== 'stopped';
  const item = new vscode.TreeItem(label);
  item.id = id;
  item.description = rowText(sandbox);
  item.tooltip = tooltip(sandbox);
  item.iconPath = new vscode.ThemeIcon(
    failed ? 'error' : alerts ? 'warning' : suspended ? 'debug-pause' : ICONS[status],
  );
  item.contextValue = status === 'ended' ? 'ended' : suspended ? 'running suspended' : 'running';
  item.command = { command: 'apex.showSandboxState', title: 'Show State', arguments: [{ id }] };
  item.accessibilityInformation = { label: `${label}, ${item.description}` };
  return item;
}

/** What a program has chosen is text here, never Markdown: an image in it would be fetched. */
function tooltip({ id, label, file, restarts, usage, outcome, crossings = {} }: SandboxInfo): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendText(`${label} (${id})`).appendMarkdown('\n\n').appendText(file);
  text.appendMarkdown(`\n\nCPU: ${usage.cpuMs} ms, memory: ${usage.memoryMb} MiB, restarts: ${restarts}`);
  if (outcome && !outcome.ok) text.appendMarkdown('\n\n').appendText(outcome.failure.message);
  const rows = Object.entries(crossings).map(([name, { count, denied }]) => `| ${name} | ${count} | ${denied} |`);
  if (rows.length > 0)
    text.appendMarkdown(`\n\n| asked for | times | denied |\n| --- | --- | --- |\n${rows.join('\n')}`);
  return text;
}
