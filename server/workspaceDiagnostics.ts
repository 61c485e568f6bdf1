import { createHash } from 'node:crypto';
import {
  type CancellationToken,
  type Diagnostic,
  DocumentDiagnosticReportKind,
  type WorkspaceDiagnosticParams,
  type WorkspaceDiagnosticReport,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import type { Workspace } from './workspace.ts';

export interface WorkspaceDiagnosticsHost {
  workspace: Workspace;
  uriOf(path: string): string;
  /** What is known of a file by now, as diagnostics, and the version of its open document. */
  diagnosticsOf(path: string): { items: Diagnostic[]; version: number | null };
}

/** Result of a file without findings: a client need not be told of it. */
const NOTHING = 'none';

function digest(items: readonly Diagnostic[]): string {
  return createHash('sha256').update(JSON.stringify(items)).digest('base64url').slice(0, 16);
}

/**
 * Answers pulls for the whole workspace: each file is analysed in the background, what did not change since the client's
 * last pull is left out, and an answer that would say nothing new waits for the next change.
 */
export class WorkspaceDiagnostics {
  private readonly host: WorkspaceDiagnosticsHost;
  private revision = 0;
  private readonly waiting = new Set<() => void>();

  constructor(host: WorkspaceDiagnosticsHost) {
    this.host = host;
  }

  /** Something that findings depend on changed. */
  changed(): void {
    this.revision++;
    for (const wake of [...this.waiting]) wake();
  }

  async report(params: WorkspaceDiagnosticParams, token: CancellationToken): Promise<WorkspaceDiagnosticReport> {
    const before = new Map(params.previousResultIds.map(({ uri, value }) => [uri, value]));
    for (;;) {
      const revision = this.revision;
      const items = await this.changedFiles(before, token);
      if (items.length > 0 || before.size === 0 || token.isCancellationRequested) return { items };
      if (revision === this.revision) await this.nextChange(token);
      if (token.isCancellationRequested) return { items: [] };
    }
  }

  private async changedFiles(
    before: ReadonlyMap<string, string>,
    token: CancellationToken,
  ): Promise<WorkspaceDocumentDiagnosticReport[]> {
    const { workspace, uriOf, diagnosticsOf } = this.host;
    const files = workspace.files();
    const isCancelled = (): boolean => token.isCancellationRequested;
    for (const path of files) {
      if (isCancelled()) return [];
      if (workspace.program.lineCount(path) === undefined) await workspace.queue.analyzeInBackground(path, isCancelled);
    }
    for (const path of workspace.program.staleFiles()) await workspace.queue.analyzeInBackground(path, isCancelled);
    const full = DocumentDiagnosticReportKind.Full;
    const reports = files.map((path): WorkspaceDocumentDiagnosticReport & { resultId: string } => {
      const { items, version } = diagnosticsOf(path);
      return { kind: full, uri: uriOf(path), version, items, resultId: items.length === 0 ? NOTHING : digest(items) };
    });
    const present = new Set(reports.map(({ uri }) => uri));
    for (const uri of before.keys())
      if (!present.has(uri)) reports.push({ kind: full, uri, version: null, items: [], resultId: NOTHING });
    return reports.filter(({ uri, resultId }) => (before.get(uri) ?? NOTHING) !== resultId);
  }

  private nextChange(token: CancellationToken): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.waiting.delete(wake);
        cancelled.dispose();
        resolve();
      };
      const cancelled = token.onCancellationRequested(wake);
      this.waiting.add(wake);
    });
  }
}
