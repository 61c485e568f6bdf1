import type { CancellationToken, Connection } from 'vscode-languageserver/node';
import { securityScore } from '../analysis/report/score.ts';
import type { ScanWorkspaceResult } from '../protocol/analysis.ts';
import type { Workspace } from './workspace.ts';

/** Analyses every file of the open folders, with progress; between files the server answers what the editor asks. */
export async function scanWorkspace(
  connection: Connection,
  workspace: Workspace,
  token: CancellationToken,
): Promise<ScanWorkspaceResult> {
  const files = workspace.files();
  const progress = await connection.window.createWorkDoneProgress();
  progress.begin('Apex: scanning the workspace', 0, `${files.length} files`, true);
  let lines = 0;
  let done = 0;
  const isCancelled = (): boolean => token.isCancellationRequested || progress.token.isCancellationRequested;
  try {
    for (const file of files) {
      if (isCancelled()) break;
      await workspace.queue.analyzeInBackground(file, isCancelled);
      // A file whose analysis was broken off does not count.
      if (isCancelled()) break;
      lines += workspace.program.lineCount(file) ?? 0;
      done++;
      if (done % 10 === 0) progress.report(Math.round((done / files.length) * 100), `${done} of ${files.length}`);
    }
  } finally {
    progress.done();
  }
  // As each file shows them: without what is suppressed, with the policy and the settings.
  const findings = files.slice(0, done).flatMap((file) => workspace.knownFindings(file));
  return {
    files: done,
    findings: findings.length,
    score: securityScore(findings, lines),
    cancelled: done < files.length,
  };
}
