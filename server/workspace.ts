import { existsSync } from 'node:fs';
import { libraryTest } from '../analysis/disk/packages.ts';
import { diskHost, pathAliases } from '../analysis/disk/scanDisk.ts';
import { collectSourceFiles } from '../analysis/disk/sourceFiles.ts';
import type { PathAlias, SourceHost } from '../analysis/modules/resolve.ts';
import type { Finding } from '../analysis/report/finding.ts';
import { applyDirectives } from '../analysis/suppress/suppress.ts';
import { LiveProgram } from '../analysis/workspace/liveProgram.ts';
import { type AnalysisSettings, defaultSettings } from '../protocol/analysis.ts';
import { AnalysisQueue } from './analysisQueue.ts';
import { applySettings } from './settings.ts';

/** The open folders and documents, and what is found in them. */
export class Workspace {
  folders: string[] = [];
  private settingsNow: AnalysisSettings = defaultSettings;
  private readonly disk = diskHost([]);
  private library = libraryTest();
  readonly program = new LiveProgram({
    disk: this.disk,
    aliases: () => this.aliases(),
    isLibrary: (path) => (this.settingsNow.library === 'auto' ? this.library(path) : this.settingsNow.library === 'on'),
  });

  readonly queue = new AnalysisQueue(this.program);

  /** Files on disk, before open documents. */
  get host(): SourceHost {
    return this.disk;
  }

  aliases(): PathAlias[] {
    return this.folders.flatMap((folder) => pathAliases(folder));
  }

  get settings(): AnalysisSettings {
    return this.settingsNow;
  }

  configure(settings: AnalysisSettings): void {
    const analysisChanges = settings.library !== this.settingsNow.library;
    this.settingsNow = settings;
    if (analysisChanges) this.program.reset();
  }

  setFolders(folders: readonly string[]): void {
    this.folders = [...folders];
    this.program.reset();
  }

  /** Analyses the file where that is due; see `AnalysisQueue.analyze`. */
  async findings(path: string): Promise<Finding[]> {
    await this.queue.analyze(path);
    return this.knownFindings(path);
  }

  /** What is known without further analysis. */
  knownFindings(path: string): Finding[] {
    const text = this.program.textOf(path);
    const found = this.program.knownFindings(path);
    const today = new Date().toISOString().slice(0, 10);
    const kept = text === undefined ? found : applyDirectives(path, text, found, today).findings;
    return applySettings(kept, this.settingsNow);
  }

  /** A file was changed, made or removed on disk by someone else. */
  changedOnDisk(path: string, known: boolean): void {
    this.disk.forget(path);
    if (/\/(package|tsconfig)\.json$/.test(path)) {
      this.library = libraryTest();
      this.program.reset();
    } else if (known) this.program.changedOnDisk(path);
    // A new file may be what an import could not find.
    else this.program.reset();
  }

  /** Source files of the folders, sorted. */
  files(): string[] {
    const folders = this.folders.filter((folder) => existsSync(folder));
    return collectSourceFiles(folders, { exclude: this.settingsNow.exclude }).paths;
  }
}
