import type { Model } from '../models/model.ts';
import type { PathAlias, SourceHost } from '../modules/resolve.ts';
import type { Finding } from '../report/finding.ts';
import { createProgram } from './engine.ts';
import type { AnalysisSteps, Program } from './program.ts';

export interface LiveOptions {
  /** What is on disk; texts of open documents go before it. */
  disk: SourceHost;
  models?(): readonly Model[];
  aliases?(): readonly PathAlias[];
  isLibrary?(path: string): boolean;
}

/**
 * A program that follows edits. An edited file is analysed anew with what its imports were found to do and what its
 * importers were found to pass; the importers themselves are `staleFiles` until `catchUp` or another question has
 * analysed them.
 */
export class LiveProgram {
  private readonly options: LiveOptions;
  private readonly open = new Map<string, string>();
  private program: Program;
  private running: AnalysisSteps | undefined;

  constructor(options: LiveOptions) {
    this.options = options;
    this.program = this.create();
  }

  /** Sets the text of an open document; undefined closes it, and the file on disk counts again. */
  setText(path: string, text: string | undefined): void {
    if (this.open.get(path) === text) return;
    this.interrupt();
    if (text === undefined) this.open.delete(path);
    else this.open.set(path, text);
    this.program.touch(path);
  }

  /** A file changed on disk. */
  changedOnDisk(path: string): void {
    if (this.open.has(path)) return;
    this.interrupt();
    this.program.touch(path);
  }

  /** Findings whose place is in the file, which is analysed when that is due. */
  findings(path: string): Finding[] {
    this.interrupt();
    this.program.analyze(path);
    return this.program.findingsIn(path);
  }

  /** Findings whose place is in the file, as far as they are known. */
  knownFindings(path: string): Finding[] {
    return this.program.findingsIn(path);
  }

  /**
   * Analyses a file in short steps; a change of any text, or another question, breaks it off. Gives false at the end
   * when it was broken off.
   */
  *steps(path: string): Generator<void, boolean, void> {
    this.interrupt();
    const steps = this.program.steps(path);
    this.running = steps;
    try {
      while (!steps.next().done) {
        yield;
        if (this.running !== steps) return false;
      }
      this.running = undefined;
      return true;
    } finally {
      // Left early, or by an error: what is half done is forgotten.
      if (this.running === steps) this.interrupt();
    }
  }

  /** Files whose findings may have changed because of edits in others. */
  staleFiles(): readonly string[] {
    return this.program.staleFiles();
  }

  /** Analyses every stale file. */
  catchUp(): void {
    this.interrupt();
    for (const path of this.program.staleFiles()) this.program.analyze(path);
  }

  textOf(path: string): string | undefined {
    return this.open.get(path) ?? this.options.disk.readText(path);
  }

  openFiles(): readonly string[] {
    return [...this.open.keys()];
  }

  /** Analyses a file for the sake of others; gives the number of its lines, or undefined when it is not one. */
  analyze(path: string): number | undefined {
    this.interrupt();
    this.program.analyze(path);
    return this.lineCount(path);
  }

  /** Lines of a file that has been analysed. */
  lineCount(path: string): number | undefined {
    return this.program.unit(path)?.tree.root.getLineStarts().length;
  }

  allFindings(): Finding[] {
    return this.program.findings();
  }

  /** Forgets everything, for example when models changed. */
  reset(): void {
    this.running = undefined;
    this.program = this.create();
  }

  /** Breaks off the analysis that `steps` is in the middle of. */
  interrupt(): void {
    if (!this.running) return;
    this.running.return(undefined);
    this.running = undefined;
    this.program.abandon();
  }

  private create(): Program {
    const { disk, models, aliases, isLibrary } = this.options;
    return createProgram({
      host: {
        readText: (path) => this.open.get(path) ?? disk.readText(path),
        isFile: (path) => this.open.has(path) || disk.isFile(path),
      },
      ...(models && { models: models() }),
      ...(aliases && { aliases: aliases() }),
      ...(isLibrary && { isLibrary }),
    });
  }
}
