import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { libraryTest } from '../analysis/disk/packages.ts';
import { diskHost, pathAliases } from '../analysis/disk/scanDisk.ts';
import { collectSourceFiles } from '../analysis/disk/sourceFiles.ts';
import type { Model } from '../analysis/models/model.ts';
import { readProjectModels } from '../analysis/models/projectModels.ts';
import type { PathAlias, SourceHost } from '../analysis/modules/resolve.ts';
import { applyPolicy, noPolicy, policyModel } from '../analysis/policy/analysisPolicy.ts';
import { forbiddenImports } from '../analysis/policy/forbiddenModules.ts';
import type { Finding } from '../analysis/report/finding.ts';
import { lowerInTests } from '../analysis/report/testCode.ts';
import { applyDirectives } from '../analysis/suppress/suppress.ts';
import { LiveProgram } from '../analysis/workspace/liveProgram.ts';
import { type AnalysisSettings, defaultSettings } from '../protocol/analysis.ts';
import { readProjectFile } from '../runtime/projectFile.ts';
import { AnalysisQueue } from './analysisQueue.ts';
import { folderOf } from './folders.ts';
import { isModelsFile, MODELS_FILE } from './modelsFile.ts';
import { FolderPolicies, isPolicyFile } from './policies.ts';
import { applySettings } from './settings.ts';

/** The open folders and documents, and what is found in them. */
export class Workspace {
  folders: string[] = [];
  private ownSettings: AnalysisSettings = defaultSettings;
  private folderSettings: ReadonlyMap<string, AnalysisSettings> = new Map();
  private readonly disk = diskHost([]);
  private library = libraryTest();
  private readonly modelTexts = new Map<string, string>();
  readonly policies = new FolderPolicies();
  readonly program = new LiveProgram({
    disk: this.disk,
    models: () => this.models(),
    aliases: () => this.aliases(),
    isLibrary: (path) => {
      const mode = this.settingsOf(path).library;
      return mode === 'auto' ? this.library(path) : mode === 'on';
    },
  });

  readonly queue = new AnalysisQueue(this.program);

  /** Files on disk, before open documents. */
  get host(): SourceHost {
    return this.disk;
  }

  /** Models of the folders, as they are in the editor or on disk; a file with mistakes counts for nothing. */
  private models(): Model[] {
    return [...this.folders.flatMap((folder) => policyModel(this.policies.of(folder), folder)), ...this.ownModels()];
  }

  private ownModels(): Model[] {
    return this.folders.flatMap((folder) => {
      const path = posix.join(folder, MODELS_FILE);
      const text = this.modelTexts.get(path) ?? readProjectFile(path);
      const model = text === undefined ? undefined : readProjectModels(text, path).model;
      return model ? [model] : [];
    });
  }

  /** Text of a models file that is open; undefined when it is closed. Gives whether the models in force may differ. */
  setModels(path: string, text: string | undefined): boolean {
    if (this.modelTexts.get(path) === text) return false;
    if (text === undefined) this.modelTexts.delete(path);
    else this.modelTexts.set(path, text);
    this.program.reset();
    return true;
  }

  aliases(): PathAlias[] {
    return this.folders.flatMap((folder) => pathAliases(folder));
  }

  /** Those of the folder that holds the path, where it has its own. */
  private settingsOf(path: string): AnalysisSettings {
    const folder = folderOf(path, this.folders);
    return (folder === undefined ? undefined : this.folderSettings.get(folder)) ?? this.ownSettings;
  }

  /** Settings for everything, and those of folders that have their own. */
  configure(own: AnalysisSettings, ofFolders: ReadonlyMap<string, AnalysisSettings> = new Map()): void {
    const modes = (): string =>
      [this.ownSettings, ...this.folders.map((folder) => this.settingsOf(folder))].map(({ library }) => library).join();
    const before = modes();
    this.ownSettings = own;
    this.folderSettings = ofFolders;
    if (modes() !== before) this.program.reset();
  }

  setFolders(folders: readonly string[]): void {
    this.folders = [...folders];
    this.reloadPolicies();
  }

  private reloadPolicies(): void {
    this.policies.reload(this.folders);
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
    const folder = folderOf(path, this.folders);
    const policy = folder === undefined ? noPolicy : this.policies.of(folder);
    const forbidden = text === undefined ? [] : forbiddenImports(path, text, policy.forbiddenModules);
    const all = [...found, ...forbidden].sort((left, right) => left.from - right.from);
    const kept = text === undefined ? all : applyDirectives(path, text, all, today).findings;
    const below = folder === undefined ? posix.basename(path) : posix.relative(folder, path);
    const lowered = kept.map((finding) => lowerInTests(finding, below));
    return applySettings(applyPolicy(lowered, policy), this.settingsOf(path));
  }

  /** A file was changed, made or removed on disk by someone else. */
  changedOnDisk(path: string, known: boolean): void {
    this.disk.forget(path);
    if (isModelsFile(path)) this.program.reset();
    else if (isPolicyFile(path)) this.reloadPolicies();
    else if (/\/(package|tsconfig)\.json$/.test(path)) {
      this.library = libraryTest();
      this.program.reset();
    } else if (known) this.program.changedOnDisk(path);
    // A new file may be what an import could not find.
    else this.program.reset();
  }

  /** Source files of the folders, sorted. */
  files(): string[] {
    const folders = this.folders.filter((folder) => existsSync(folder));
    const found = folders.flatMap((folder) => {
      const { include, exclude } = this.settingsOf(folder);
      const { paths } = collectSourceFiles([folder], { ...(include.length > 0 && { include }), exclude });
      // What lies in a folder within this one is that one's.
      return paths.filter((path) => folderOf(path, this.folders) === folder);
    });
    return found.sort();
  }
}
