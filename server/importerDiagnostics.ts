import type { CancellationToken, Connection, WorkDoneProgressServerReporter } from 'vscode-languageserver/node';
import { ImportIndex } from '../analysis/modules/importIndex.ts';
import { scriptText } from '../analysis/syntax/parse.ts';
import type { AnalysisQueue } from './analysisQueue.ts';
import type { Workspace } from './workspace.ts';

/** The work starts when nothing was typed for this long (ms). */
const QUIET = 400;
/** At most so many files are analysed because they import an open one, nearest first. */
const MAX_IMPORTERS = 400;
/** From so many files on the editor shows progress. */
const SHOWN_FROM = 8;

/**
 * Keeps open documents' findings complete: files of the workspace that import them, and files that edits made stale, are
 * analysed in the background, because a path may start there. A new edit starts the work anew.
 */
export class ImporterDiagnostics {
  private readonly index = new ImportIndex();
  private readonly connection: Connection;
  private readonly workspace: Workspace;
  private readonly queue: AnalysisQueue;
  private readonly done: () => void;
  private readonly complain: (error: unknown) => void;
  private timer: NodeJS.Timeout | undefined;
  private round = 0;
  showsProgress = false;

  /** `done` is called when files were analysed: findings of open documents may have changed. */
  constructor(
    connection: Connection,
    workspace: Workspace,
    queue: AnalysisQueue,
    done: () => void,
    complain: (error: unknown) => void,
  ) {
    this.connection = connection;
    this.workspace = workspace;
    this.queue = queue;
    this.done = done;
    this.complain = complain;
  }

  /** Something changed; `path` when it is a file on disk. */
  schedule(path?: string): void {
    if (path !== undefined) this.index.forget(path);
    this.round++;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(this.round).catch(this.complain), QUIET);
  }

  stop(): void {
    this.round++;
    clearTimeout(this.timer);
  }

  private async run(round: number): Promise<void> {
    const isOver = (): boolean => round !== this.round;
    const due = await this.dueFiles(isOver);
    if (due.length === 0 || isOver()) return;
    const progress = await this.progressFor(due.length);
    const token: CancellationToken | undefined = progress?.token;
    const isCancelled = (): boolean => isOver() || (token?.isCancellationRequested ?? false);
    try {
      for (const [index, path] of due.entries()) {
        if (isCancelled()) break;
        await this.queue.analyzeInBackground(path, isCancelled);
        progress?.report(Math.round(((index + 1) / due.length) * 100), `${index + 1} of ${due.length} files`);
      }
    } finally {
      progress?.done();
    }
    if (!isOver()) this.done();
  }

  private async dueFiles(isOver: () => boolean): Promise<string[]> {
    const { program } = this.workspace;
    const files = this.workspace.files();
    for (const path of files) {
      if (this.index.has(path)) continue;
      const text = program.textOf(path);
      if (text !== undefined) this.index.add(path, scriptText(path, text));
      await new Promise((resolve) => setImmediate(resolve));
      if (isOver()) return [];
    }
    const importers = this.index.importersOf(
      program.openFiles(),
      MAX_IMPORTERS,
      this.workspace.host,
      this.workspace.aliases(),
    );
    const due = importers.filter((path) => program.lineCount(path) === undefined);
    return [...new Set([...due, ...program.staleFiles()])];
  }

  private async progressFor(files: number): Promise<WorkDoneProgressServerReporter | undefined> {
    if (!this.showsProgress || files < SHOWN_FROM) return undefined;
    const progress = await this.connection.window.createWorkDoneProgress();
    progress.begin('Apex: following imports', 0, `${files} files`, true);
    return progress;
  }
}
