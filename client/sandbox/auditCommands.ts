import * as vscode from 'vscode';
import type { AuditReportInfo } from '../../protocol/sandboxAudit.ts';
import { plainText } from '../plainText.ts';
import { showError } from './runInSandbox.ts';
import type { SandboxSession } from './sandboxSession.ts';

/** What the audit log says, and whether somebody has changed it; the policy that audit mode suggests. */
export function registerAuditCommands(session: SandboxSession): vscode.Disposable {
  const register = (command: string, action: () => Promise<void>) =>
    vscode.commands.registerCommand(command, () => action().catch(showError));
  return vscode.Disposable.from(
    register('apex.verifyAudit', () => verify(session)),
    register('apex.auditReport', async () => {
      const report = await (await session.host()).request('audit/report', {});
      await show('markdown', reportText(report));
    }),
    register('apex.suggestPolicy', async () => {
      const { policy } = await (await session.host()).request('policy/suggest', {});
      await show('json', policy);
    }),
  );
}

async function verify(session: SandboxSession): Promise<void> {
  const { ok, folder, chains } = await (await session.host()).request('audit/verify', {});
  const lines = chains.reduce((sum, chain) => sum + chain.lines, 0);
  const dropped = chains.reduce((sum, chain) => sum + (chain.dropped ?? 0), 0);
  if (ok) {
    const older = dropped > 0 ? ` ${dropped} older ones were dropped to keep it short, as it says itself.` : '';
    void vscode.window.showInformationMessage(`The audit log is whole: ${lines} lines in ${folder}.${older}`);
    return;
  }
  const faults = chains.flatMap(({ chain, fault }) => (fault === undefined ? [] : [`${chain}/${fault}`]));
  const choice = await vscode.window.showErrorMessage(
    plainText(`The audit log was changed: ${faults.join('; ')}.`),
    'Open Folder',
  );
  if (choice) await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(folder));
}

async function show(language: string, content: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language, content });
  await vscode.window.showTextDocument(document, { preview: true });
}

function reportText({ entries, from, to, byOperation, byActor, denied }: AuditReportInfo): string {
  if (entries === 0) return '# Sandbox audit\n\nThe log is empty.\n';
  const table = (head: string, rows: string[][]) =>
    rows.length === 0 ? [] : ['', `| ${head} |`, `| ${head.replaceAll(/[^|]+/g, ' --- ')} |`, ...rows.map(line)];
  return [
    '# Sandbox audit',
    '',
    `${entries} entries from ${from} to ${to}.`,
    ...table(
      'operation | outcome | times',
      byOperation.map((row) => [row.operation, row.outcome, String(row.count)]),
    ),
    ...table(
      'actor | entries | denied',
      byActor.map((row) => [row.actor, String(row.count), String(row.denied)]),
    ),
    ...table(
      'denied | what | times',
      denied.map((row) => [row.operation, row.resource, String(row.count)]),
    ),
    '',
  ].join('\n');
}

/** Names are a program's: they end no row and no column. */
function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => plainText(cell).replaceAll('|', '\\|')).join(' | ')} |`;
}
